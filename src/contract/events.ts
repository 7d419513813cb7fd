import { Type, type Static, type TObject, type TProperties } from '@sinclair/typebox'
import { Choice, FreeObject, Tagged } from './kinds.ts'
import { StreamPart } from './parts.ts'
import { FinishReason, PendingToolCall, Telemetry, Usage } from './response.ts'

function event<const Name extends string, Data extends TProperties>(
  type: Name,
  title: string,
  description: string,
  data: Data,
) {
  return Type.Object(
    { type: Type.Literal(type), timestamp: Type.String(), data: Type.Object(data) },
    { title, description },
  )
}

const call = { toolId: Type.String(), toolCallId: Type.String() }

const ResponseStarted = event('response.started', 'ResponseStarted', 'The first event of every stream.', {
  responseId: Type.String(),
  taskId: Type.String({ deprecated: true }),
  model: Type.String(),
  workflowRunId: Type.String(),
  userMessageId: Type.Optional(Type.String()),
  assistantMessageId: Type.Optional(Type.String()),
  telemetry: Type.Optional(Telemetry),
})
const ResponseDone = event('response.done', 'ResponseDone', 'The turn ended well.', {
  finishReason: FinishReason,
  usage: Type.Optional(Usage),
  pendingToolCalls: Type.Optional(Type.Array(PendingToolCall)),
  telemetry: Type.Optional(Telemetry),
})
const ResponseFailed = event('response.failed', 'ResponseFailed', 'The turn failed.', {
  error: Type.String(),
  code: Type.Number({ description: 'An HTTP status.' }),
})
const ToolStarted = event('tool.started', 'ToolStarted', 'The agent runs a tool of its own.', {
  ...call,
  toolName: Type.Optional(Type.String()),
  arguments: FreeObject,
})
const ToolDone = event('tool.done', 'ToolDone', 'The tool gave a result.', {
  ...call,
  result: Type.Optional(Type.Unknown()),
})
const ToolFailed = event('tool.failed', 'ToolFailed', 'The tool failed.', { ...call, error: Type.String() })
const ReviewRequested = event('tool.review.requested', 'ReviewRequested', 'A person is to approve this call.', {
  ...call,
  toolName: Type.Optional(Type.String()),
  arguments: FreeObject,
  requiresApproval: Type.Boolean(),
})
const ReviewDone = event('tool.review.done', 'ReviewDone', 'The person decided.', {
  ...call,
  review: Choice(['approved', 'rejected']),
})
const PartDelta = event('part.delta', 'PartDelta', 'The next piece of a part.', {
  partId: Type.String(),
  delta: StreamPart,
})
const PartDone = event('part.done', 'PartDone', 'A part is complete.', {
  partId: Type.String(),
  part: StreamPart,
})

/** Everything a `data:` line of a stream may carry, besides the closing `[DONE]`. */
export const StreamEvent = Tagged(
  'type',
  [
    ResponseStarted,
    ResponseDone,
    ResponseFailed,
    ToolStarted,
    ToolDone,
    ToolFailed,
    ReviewRequested,
    ReviewDone,
    PartDelta,
    PartDone,
  ] satisfies TObject[],
  { title: 'StreamEvent', description: 'One event of a stream.' },
)
export type StreamEvent = Static<typeof StreamEvent>
