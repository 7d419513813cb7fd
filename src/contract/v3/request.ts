import { Type, type Static } from '@sinclair/typebox'
import { Choice, FreeObject, Nullable, StringMap, TextOr } from '../kinds.ts'
import { ConversationParam, MemoryParam, serviceTiers, truncations } from './response.ts'

export const ResponseParams = Type.Object({
  response_id: Type.String({ description: 'The response, as its POST named it.' }),
})

/** No more is asked of a part than that it says what it is: clients send whole transcripts back, in several dialects. */
const InputPart = Type.Object(
  {
    type: Type.String(),
    text: Type.Optional(Type.String()),
    image_url: Type.Optional(Type.String()),
    detail: Type.Optional(Type.String()),
    file_id: Type.Optional(Type.String()),
    file_data: Type.Optional(Type.String({ description: 'Base64, or a `data:` URL.' })),
    file_url: Type.Optional(Type.String()),
    filename: Type.Optional(Type.String()),
    mime_type: Type.Optional(Type.String()),
  },
  { title: 'InputPart', description: 'A text, an image or a file in a message of the client.' },
)

const InputItem = Type.Object(
  {
    id: Type.Optional(Type.String()),
    type: Type.Optional(Type.String({ description: 'Without it: `message`.' })),
    role: Type.Optional(Choice(['user', 'assistant', 'system', 'developer'])),
    status: Type.Optional(Nullable(Type.String())),
    content: Type.Optional(Nullable(TextOr(Type.Array(InputPart)))),
    call_id: Type.Optional(Type.String()),
    name: Type.Optional(Type.String()),
    arguments: Type.Optional(Type.String()),
    output: Type.Optional(TextOr(Type.Array(InputPart))),
  },
  { title: 'InputItem', description: 'What the client says, what its tools gave back, or what was said before.' },
)
export type InputItem = Static<typeof InputItem>

const RouterIdentity = Type.Object(
  {
    id: Type.String(),
    display_name: Type.Optional(Type.String()),
    email: Type.Optional(Type.String()),
    metadata: Type.Optional(Nullable(Type.Array(FreeObject))),
    tags: Type.Optional(Nullable(Type.Array(Type.String()))),
  },
  { title: 'RouterIdentity', description: 'The person on whose behalf the client asks.' },
)

const ReasoningParam = Type.Object(
  {
    effort: Type.Optional(Choice(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'])),
    summary: Type.Optional(Choice(['concise', 'detailed', 'auto'])),
  },
  { title: 'ReasoningParam', description: 'How much is to be thought. Repeated in the reply, without effect.' },
)

/** The body of the POST. Fields that are not named here pass untouched: each release of each client has new ones. */
export const RouterRequest = Type.Object(
  {
    model: Type.Optional(
      Type.String({ description: '`agent/<key>`, or with a version or an environment: `agent/<key>@1.0.0`.' }),
    ),
    input: Type.Optional(TextOr(Type.Array(InputItem))),
    previous_response_id: Type.Optional(Type.String({ description: 'Continues this response, which must be stored.' })),
    conversation: Type.Optional(TextOr(ConversationParam)),
    identity: Type.Optional(RouterIdentity),
    thread: Type.Optional(Type.Object({ id: Type.String(), tags: Type.Optional(Nullable(Type.Array(Type.String()))) })),
    memory: Type.Optional(MemoryParam),
    variables: Type.Optional(FreeObject),
    metadata: Type.Optional(StringMap),
    template_engine: Type.Optional(Choice(['text', 'jinja', 'mustache'])),
    stream: Type.Optional(Type.Boolean({ description: 'Answer with server-sent events; wins over `background`.' })),
    background: Type.Optional(Type.Boolean({ description: 'Answer at once; the response is asked for until done.' })),
    store: Type.Optional(Type.Boolean({ description: 'Whether the response can be asked for later. Default true.' })),
    instructions: Type.Optional(Type.String()),
    tools: Type.Optional(Type.Array(Type.Unknown())),
    tool_choice: Type.Optional(Type.Unknown()),
    text: Type.Optional(FreeObject),
    reasoning: Type.Optional(ReasoningParam),
    temperature: Type.Optional(Type.Number()),
    top_p: Type.Optional(Type.Number()),
    top_k: Type.Optional(Type.Integer()),
    presence_penalty: Type.Optional(Type.Number()),
    frequency_penalty: Type.Optional(Type.Number()),
    top_logprobs: Type.Optional(Type.Integer()),
    max_output_tokens: Type.Optional(Type.Integer()),
    max_tool_calls: Type.Optional(Type.Integer()),
    parallel_tool_calls: Type.Optional(Type.Boolean()),
    truncation: Type.Optional(Choice(truncations)),
    service_tier: Type.Optional(Choice(serviceTiers)),
    user: Type.Optional(Type.String()),
    safety_identifier: Type.Optional(Type.String()),
    prompt_cache_key: Type.Optional(Type.String()),
    prompt_cache_retention: Type.Optional(Type.String()),
    prompt_cache_options: Type.Optional(FreeObject),
  },
  { title: 'RouterRequest', description: 'One response asked of an agent.' },
)
export type RouterRequest = Static<typeof RouterRequest>
