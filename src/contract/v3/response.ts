import { Type, type Static } from '@sinclair/typebox'
import { Choice, FreeObject, Nullable, StringMap } from '../kinds.ts'
import { Telemetry } from '../response.ts'
import { OutputItem } from './items.ts'
import { ResponseUsage } from './usage.ts'

export const ConversationParam = Type.Object(
  { id: Type.String() },
  { title: 'ConversationParam', description: 'The conversation that the client counts this to.' },
)
export const MemoryParam = Type.Object(
  { entity_id: Type.String() },
  { title: 'MemoryParam', description: 'Whose memory the agent uses.' },
)

const ResponseError = Type.Object(
  { code: Type.String(), message: Type.String() },
  { title: 'ResponseError', description: 'Why the run failed.' },
)
const IncompleteDetails = Type.Object(
  { reason: Type.String() },
  { title: 'IncompleteDetails', description: 'What cut the run short.' },
)
const Reasoning = Type.Object(
  {
    effort: Type.Optional(Choice(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'])),
    summary: Type.Optional(Choice(['concise', 'detailed', 'auto'])),
  },
  { title: 'Reasoning', description: 'How much the client wants to have thought, as it was asked.' },
)

export const serviceTiers = ['auto', 'default', 'flex', 'fast', 'scale', 'priority', 'ultrafast'] as const
export const truncations = ['disabled', 'auto'] as const

const asAsked = Nullable(Type.String())

/** The whole of a response: what POST and GET reply with, and what the first and the last events carry. */
export const RouterResponse = Type.Object(
  {
    id: Type.String({ pattern: '^resp_' }),
    object: Type.Literal('response'),
    created_at: Type.Integer({ description: 'Unix time, in seconds.' }),
    completed_at: Nullable(Type.Integer()),
    status: Choice(['queued', 'in_progress', 'completed', 'failed', 'incomplete']),
    error: Nullable(ResponseError),
    incomplete_details: Nullable(IncompleteDetails),
    model: Type.String(),
    output: Type.Array(OutputItem),
    usage: Nullable(ResponseUsage),
    previous_response_id: asAsked,
    instructions: asAsked,
    input: Nullable(Type.Array(Type.Unknown())),
    tools: Type.Array(Type.Unknown()),
    tool_choice: Type.Unknown(),
    text: Type.Unknown(),
    reasoning: Nullable(Reasoning),
    temperature: Type.Number(),
    top_p: Type.Number(),
    presence_penalty: Type.Number(),
    frequency_penalty: Type.Number(),
    top_logprobs: Type.Integer(),
    max_output_tokens: Nullable(Type.Integer()),
    max_tool_calls: Nullable(Type.Integer()),
    truncation: Choice(truncations),
    service_tier: Choice(serviceTiers),
    parallel_tool_calls: Type.Boolean(),
    store: Type.Boolean(),
    background: Type.Boolean(),
    metadata: StringMap,
    user: asAsked,
    safety_identifier: asAsked,
    prompt_cache_key: asAsked,
    prompt_cache_retention: asAsked,
    prompt_cache_options: Nullable(FreeObject),
    conversation: Type.Optional(ConversationParam),
    memory: Type.Optional(MemoryParam),
    variables: Type.Optional(FreeObject),
    top_k: Type.Optional(Type.Integer()),
    telemetry: Type.Optional(Telemetry),
  },
  { title: 'RouterResponse', description: 'A response of an agent, however it was asked for.' },
)
export type RouterResponse = Static<typeof RouterResponse>
