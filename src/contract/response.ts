import { Type, type Static } from '@sinclair/typebox'
import { Choice, FreeObject, Nullable } from './kinds.ts'
import { OutputPart } from './parts.ts'

export const finishReasons = [
  'stop',
  'length',
  'tool_calls',
  'content_filter',
  'function_call',
  'max_iterations',
  'max_time',
] as const
export const FinishReason = Choice(finishReasons, { description: 'Why the turn ended.' })
export type FinishReason = Static<typeof FinishReason>

export const Message = Type.Object(
  {
    messageId: Type.String(),
    role: Choice(['user', 'agent', 'tool', 'system']),
    parts: Type.Array(OutputPart),
    metadata: Type.Optional(FreeObject),
  },
  { title: 'Message', description: 'A message of the conversation.' },
)
export type Message = Static<typeof Message>

const tokens = Nullable(Type.Integer())

export const Usage = Type.Object(
  {
    completion_tokens: Type.Optional(Type.Number()),
    prompt_tokens: Type.Optional(Type.Number()),
    total_tokens: Type.Optional(Type.Number()),
    prompt_tokens_details: Type.Optional(
      Nullable(
        Type.Object({
          cached_tokens: Type.Optional(tokens),
          cache_creation_tokens: Type.Optional(tokens),
          audio_tokens: Type.Optional(tokens),
        }),
      ),
    ),
    completion_tokens_details: Type.Optional(
      Nullable(
        Type.Object({
          reasoning_tokens: Type.Optional(Nullable(Type.Number())),
          accepted_prediction_tokens: Type.Optional(Nullable(Type.Number())),
          rejected_prediction_tokens: Type.Optional(Nullable(Type.Number())),
          audio_tokens: Type.Optional(tokens),
        }),
      ),
    ),
  },
  { title: 'Usage', description: 'Tokens that the turn took.' },
)
export type Usage = Static<typeof Usage>

export const PendingToolCall = Type.Object(
  {
    id: Type.String(),
    type: Type.Literal('function'),
    function: Type.Object({
      name: Type.Optional(Type.String()),
      arguments: Type.Optional(Type.String({ description: 'The arguments as JSON text.' })),
    }),
  },
  { title: 'PendingToolCall', description: 'A call that the client is to answer with a `tool_result`.' },
)
export type PendingToolCall = Static<typeof PendingToolCall>

export const Telemetry = Type.Object(
  { trace_id: Type.String(), span_id: Type.String() },
  { title: 'Telemetry', description: 'The trace of the turn: 32 and 16 lower-case hexadecimal digits.' },
)

/** The reply to a POST that does not stream. Optional fields are left out, never null: the vendor's TypeScript SDK refuses null for all but `usage`. */
export const AgentResponse = Type.Object(
  {
    _id: Type.String(),
    task_id: Type.String(),
    output: Type.Array(Message),
    created_at: Type.String(),
    model: Type.String(),
    usage: Type.Optional(Nullable(Usage)),
    finish_reason: Type.Optional(FinishReason),
    pending_tool_calls: Type.Optional(Type.Array(PendingToolCall)),
    telemetry: Type.Optional(Telemetry),
  },
  {
    title: 'AgentResponse',
    description: "One turn of a task. `output` holds the messages of this turn, the agent's first.",
  },
)
export type AgentResponse = Static<typeof AgentResponse>

/** The reply to a poll: the latest turn, and how the task stands. */
export const TaskResponse = Type.Object(
  {
    ...AgentResponse.properties,
    status: Choice(['in_progress', 'completed', 'failed']),
    error: Type.Optional(Type.String({ description: 'Why the task failed.' })),
  },
  { title: 'TaskResponse', description: 'A task as a poll shows it.' },
)
export type TaskResponse = Static<typeof TaskResponse>
