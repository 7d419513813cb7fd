import { composed, jsonOf } from '../script/json-of.ts'
import type { RunEvent, ServerCall } from '../run/events.ts'
import type { Turn, TurnHead } from '../task/task.ts'
import type { ChunksEvent, Teller } from '../http/wire.ts'
import { isoTime } from '../iso-time.ts'
import type { Run } from '../run/run.ts'
import { callsJson, telemetryJson, usageJson } from './present.ts'

/** An event that breaks off in the middle. */
const garbage = 'data: {"type":"part.delta","timestamp":\n\n'

export function teller({ taskId, head }: Run): Teller {
  // What comes before the JSON of each chunk is the same for all that come together.
  let latest: ChunksEvent | undefined
  let before = ''
  return {
    garbage,
    tell: event => frameOf(event, taskId, head),
    tellChunk(event, { json }) {
      if (event !== latest) before = beforeChunk(event, head)
      latest = event
      return before + json + afterChunk
    },
  }
}

function frameOf(event: Exclude<RunEvent, { type: 'cut' | 'chunks' }>, taskId: string, head: TurnHead): string {
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
    case 'message_started':
    case 'message_done':
    case 'cut_missed':
      return ''
    case 'done':
      return frame('response.done', doneJson(event.turn))
    case 'failed':
      return frame('response.failed', JSON.stringify({ error: event.failure.error, code: event.failure.code }))
  }
}

function beforeChunk(event: ChunksEvent, { startedAtMs }: TurnHead): string {
  const { afterMs, partId } = event
  return `data: {"type":"part.delta","timestamp":"${isoTime(startedAtMs + afterMs)}","data":{"partId":"${partId}","delta":{${textKeys(event)}`
}

const afterChunk = '}}}\n\n'

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
  // The stream's event knows no usage of null.
  const usage = turn.usage === null ? '' : usageJson(turn)
  return `{"finishReason":"${finish}",${usage}${pending}${telemetryJson(head)}}`
}

const called = ({ toolId, callId }: ServerCall) => ({ toolId, toolCallId: callId })
const named = ({ toolId, callId, name }: ServerCall) => ({ toolId, toolCallId: callId, toolName: name })
const reviewOf = ({ call, arguments: given }: Extract<RunEvent, { type: 'review_requested' }>) => ({
  ...named(call),
  arguments: given,
  requiresApproval: true,
})
