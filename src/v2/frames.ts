import { composed, jsonOf } from '../script/json-of.ts'
import type { RunEvent, ServerCall } from '../run/events.ts'
import type { Turn, TurnHead } from '../task/task.ts'
import { isoTime, callsJson, telemetryJson, usageJson } from './present.ts'

/** The end of every stream that is not cut. */
export const doneFrame = 'data: [DONE]\n\n'
/** The end of a stream whose task was reset, or whose server stops. */
export const abortedFrame = ': the mock has ended this task\n\n'
/** A comment, which clients skip. */
export const keepAliveFrame = ': keep-alive\n\n'
/** An event that breaks off in the middle. */
export const garbageFrame = 'data: {"type":"part.delta","timestamp":\n\n'

/** The bytes that tell an event of a run, but for chunks and cuts, which a stream tells in its own way. */
export function frameOf(event: Exclude<RunEvent, { type: 'cut' | 'chunks' }>, taskId: string, head: TurnHead): string {
  const frame = (type: string, data: string) =>
    `data: {"type":"${type}","timestamp":"${isoTime(head.startedAtMs + event.afterMs)}","data":${data}}\n\n`
  switch (event.type) {
    case 'started':
      return frame('response.started', startedJson(taskId, head))
    case 'spoken':
      return frame('part.done', `{"partId":"${event.partId}","part":{${textKeys(event)}${event.spoken.json}}}`)
    case 'piece':
      return frame('part.delta', `{"partId":"${event.partId}","delta":${jsonOf(event.part)}}`)
    case 'part':
      return frame('part.done', `{"partId":"${event.partId}","part":${jsonOf(event.part)}}`)
    case 'tool_started':
      return frame('tool.started', jsonOf(composed({ ...named(event.call), arguments: event.arguments })))
    case 'tool_done':
      return frame('tool.done', jsonOf(composed({ ...called(event.call), result: event.result })))
    case 'tool_failed':
      return frame('tool.failed', JSON.stringify({ ...called(event.call), error: event.error }))
    case 'review_requested':
      return frame('tool.review.requested', jsonOf(composed(reviewOf(event))))
    case 'review_done':
      return frame('tool.review.done', JSON.stringify({ ...called(event.call), review: event.review }))
    case 'raw':
      return event.text
    case 'cut_missed':
      return ''
    case 'done':
      return frame('response.done', doneJson(event.turn))
    case 'failed':
      return frame('response.failed', JSON.stringify({ error: event.failure.error, code: event.failure.code }))
  }
}

type ChunksEvent = Extract<RunEvent, { type: 'chunks' }>

/** What comes before the JSON of each chunk: the same for all that come together. */
export function beforeChunk(event: ChunksEvent, { startedAtMs }: TurnHead): string {
  const { afterMs, partId } = event
  return `data: {"type":"part.delta","timestamp":"${isoTime(startedAtMs + afterMs)}","data":{"partId":"${partId}","delta":{${textKeys(event)}`
}

export const afterChunk = '}}}\n\n'

/** What comes before the text. Of both kinds, only reasoning has an id of its own. */
function textKeys({ kind, partId }: Extract<RunEvent, { type: 'chunks' | 'spoken' }>): string {
  return kind === 'reasoning' ? `"_id":"${partId}","kind":"reasoning","reasoning":` : '"kind":"text","text":'
}

function startedJson(taskId: string, head: TurnHead): string {
  const { ids, model, userMessageId = ids.userMessage } = head
  return `{"responseId":"${ids.response}","taskId":"${taskId}","model":${JSON.stringify(model)},"workflowRunId":"${ids.workflowRun}","userMessageId":${JSON.stringify(userMessageId)},"assistantMessageId":"${ids.message}",${telemetryJson(head)}}`
}

function doneJson(turn: Turn): string {
  const { head, finish, calls } = turn
  const pending = calls.length > 0 ? `"pendingToolCalls":${callsJson(calls)},` : ''
  return `{"finishReason":"${finish}",${usageJson(turn)},${pending}${telemetryJson(head)}}`
}

const called = ({ toolId, callId }: ServerCall) => ({ toolId, toolCallId: callId })
const named = ({ toolId, callId, name }: ServerCall) => ({ toolId, toolCallId: callId, toolName: name })
const reviewOf = ({ call, arguments: given }: Extract<RunEvent, { type: 'review_requested' }>) => ({
  ...named(call),
  arguments: given,
  requiresApproval: true,
})
