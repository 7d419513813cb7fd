import { Type } from '@sinclair/typebox'
import { Choice } from '../kinds.ts'

const ItemStatus = Choice(['in_progress', 'completed', 'incomplete', 'failed'])

const OutputText = Type.Object(
  {
    type: Type.Literal('output_text'),
    text: Type.String(),
    annotations: Type.Array(Type.Unknown(), { maxItems: 0 }),
    logprobs: Type.Array(Type.Unknown(), { maxItems: 0 }),
  },
  { title: 'OutputText', description: 'A text in a message of the agent.' },
)

const SummaryText = Type.Object(
  { type: Type.Literal('summary_text'), text: Type.String() },
  { title: 'SummaryText', description: 'What a thought was about.' },
)

const MessageItem = Type.Object(
  {
    id: Type.String({ pattern: '^msg_' }),
    type: Type.Literal('message'),
    status: ItemStatus,
    role: Type.Literal('assistant'),
    content: Type.Array(OutputText),
  },
  { title: 'MessageItem', description: 'Texts that the agent says, one after the other.' },
)

const ReasoningItem = Type.Object(
  {
    id: Type.String({ pattern: '^rs_' }),
    type: Type.Literal('reasoning'),
    status: ItemStatus,
    summary: Type.Array(SummaryText),
    content: Type.Array(Type.Unknown(), { maxItems: 0 }),
  },
  { title: 'ReasoningItem', description: 'A thought of the agent.' },
)

const call = { call_id: Type.String(), name: Type.String(), arguments: Type.String({ description: 'JSON text.' }) }

const FunctionCallItem = Type.Object(
  { id: Type.String({ pattern: '^fc_' }), type: Type.Literal('function_call'), status: ItemStatus, ...call },
  {
    title: 'FunctionCallItem',
    description: 'A call: of the client, or of the agent where the next item has its result.',
  },
)

const ServerToolItem = Type.Object(
  {
    id: Type.String({ pattern: '^tool_' }),
    type: Type.String({ pattern: '^orq:' }),
    status: ItemStatus,
    ...call,
    result: Type.Optional(Type.Unknown({ description: 'Any JSON; of a tool that fails, the text of its error.' })),
  },
  { title: 'ServerToolItem', description: 'What a tool of the agent gave back, right after the call of that id.' },
)

/** What `output` is made of. The tag of server tools has the tool's name in it, so that no discriminator can tell. */
export const OutputItem = Type.Union([MessageItem, ReasoningItem, FunctionCallItem, ServerToolItem], {
  title: 'OutputItem',
  description: 'Something that the agent did.',
})

/** What events tell of a part of a message, or of a thought. */
export const ContentPart = OutputText
export const SummaryPart = SummaryText
