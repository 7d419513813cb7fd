import { Type, type Static } from '@sinclair/typebox'
import { Choice, FreeObject, reworded } from './kinds.ts'
import { RequestPart } from './parts.ts'

/** The path of a conversation's requests. Neither the key's pattern nor a version's is enforced: the vendor's own samples break it. */
export const AgentParams = Type.Object({
  agent_key: Type.String({ description: 'The agent key, optionally with a version: `support` or `support@4.0.0`.' }),
})
export const TaskParams = Type.Object({
  ...AgentParams.properties,
  task_id: Type.String({ description: 'The task, as the POST named it.' }),
})

const RequestMessage = Type.Object(
  {
    messageId: Type.Optional(Type.String()),
    role: Choice(['user', 'tool']),
    parts: Type.Array(RequestPart),
  },
  { title: 'RequestMessage', description: 'What the client says, or what its tools gave back.' },
)

const Identity = Type.Object(
  {
    id: Type.String(),
    display_name: Type.Optional(Type.String()),
    email: Type.Optional(Type.String({ format: 'email' })),
    metadata: Type.Optional(Type.Array(FreeObject)),
    logo_url: Type.Optional(Type.String()),
    tags: Type.Optional(Type.Array(Type.String())),
  },
  { title: 'Identity', description: 'The person on whose behalf the client speaks.' },
)

/** The body of the POST. Only `message` is required; fields that are not named here pass untouched. */
export const ResponseRequest = Type.Object(
  {
    task_id: Type.Optional(Type.String({ description: 'Continues this task, which must be inactive.' })),
    message: RequestMessage,
    variables: Type.Optional(FreeObject),
    identity: Type.Optional(Identity),
    contact: Type.Optional(
      reworded(Identity, {
        deprecated: true,
        description: 'The old name of `identity`, which wins over it.',
      }),
    ),
    thread: Type.Optional(Type.Object({ id: Type.String(), tags: Type.Optional(Type.Array(Type.String())) })),
    memory: Type.Optional(Type.Object({ entity_id: Type.String() })),
    metadata: Type.Optional(FreeObject),
    engine: Type.Optional(Choice(['text', 'jinja', 'mustache'])),
    configuration: Type.Optional(Type.Object({ blocking: Type.Optional(Type.Boolean({ default: false })) })),
    background: Type.Optional(
      Type.Boolean({ default: false, description: 'Answer at once; poll the task for its result.' }),
    ),
    stream: Type.Optional(
      Type.Boolean({ default: false, description: 'Answer with server-sent events; wins over `background`.' }),
    ),
    conversation: Type.Optional(Type.Object({ _id: Type.String({ minLength: 1 }) })),
  },
  { title: 'ResponseRequest', description: 'One turn asked of an agent.' },
)
export type ResponseRequest = Static<typeof ResponseRequest>
