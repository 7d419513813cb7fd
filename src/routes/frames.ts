import type { StreamEvent } from '../contract/events.ts'
import type { RunEvent } from '../run/events.ts'
import type { TurnHead } from '../task/task.ts'
import { isoTime, presentCall, telemetryOf } from './present.ts'

/** The end of every stream that is not cut. */
export const doneFrame = 'data: [DONE]\n\n'
/** The end of a stream whose task was reset, or whose server stops. */
export const abortedFrame = ': the mock has ended this task\n\n'
/** A comment, which clients skip. */
export const keepAliveFrame = ': keep-alive\n\n'
/** An event that breaks off in the middle. */
export const garbageFrame = 'data: {"type":"part.delta","timestamp":\n\n'

/** The bytes that tell an event of a run. Text, of which there is most, is put together from JSON made beforehand. */
export function frameOf(event: Exclude<RunEvent, { type: 'cut' }>, taskId: string, head: TurnHead): string {
  if (event.type === 'chunk') return textFrame('part.delta', 'delta', event, event.chunk.json)
  if (event.type === 'spoken') return textFrame('part.done', 'part', event, event.json)
  if (event.type === 'raw') return event.text
  return `data: ${JSON.stringify(present(event, taskId, head))}\n\n`
}

type TextEvent = Extract<RunEvent, { type: 'chunk' | 'spoken' }>

function textFrame(type: string, key: string, { atMs, partId, kind }: TextEvent, json: string): string {
  const id = kind === 'reasoning' ? `"_id":"${partId}",` : ''
  return `data: {"type":"${type}","timestamp":"${isoTime(atMs)}","data":{"partId":"${partId}","${key}":{${id}"kind":"${kind}","${kind}":${json}}}}\n\n`
}

function present(
  event: Exclude<RunEvent, { type: 'cut' | 'raw' } | TextEvent>,
  taskId: string,
  head: TurnHead,
): StreamEvent {
  const timestamp = isoTime(event.atMs)
  switch (event.type) {
    case 'started':
      return { type: 'response.started', timestamp, data: started(taskId, head) }
    case 'piece':
      return { type: 'part.delta', timestamp, data: { partId: event.partId, delta: event.part } }
    case 'part':
      return { type: 'part.done', timestamp, data: { partId: event.partId, part: event.part } }
    case 'tool_started':
      return { type: 'tool.started', timestamp, data: { ...named(event.call), arguments: event.arguments } }
    case 'tool_done':
      return { type: 'tool.done', timestamp, data: { ...called(event.call), result: event.result } }
    case 'tool_failed':
      return { type: 'tool.failed', timestamp, data: { ...called(event.call), error: event.error } }
    case 'review_requested':
      return {
        type: 'tool.review.requested',
        timestamp,
        data: { ...named(event.call), arguments: event.arguments, requiresApproval: true },
      }
    case 'review_done':
      return { type: 'tool.review.done', timestamp, data: { ...called(event.call), review: event.review } }
    case 'done':
      return { type: 'response.done', timestamp, data: done(event.turn) }
    case 'failed':
      return { type: 'response.failed', timestamp, data: { error: event.failure.error, code: event.failure.code } }
  }
}

type Call = Extract<RunEvent, { type: 'tool_done' }>['call']

const called = ({ toolId, callId }: Call) => ({ toolId, toolCallId: callId })
const named = ({ toolId, callId, name }: Call) => ({ toolId, toolCallId: callId, toolName: name })

function started(taskId: string, head: TurnHead) {
  return {
    responseId: head.responseId,
    taskId,
    model: head.model,
    workflowRunId: head.workflowRunId,
    userMessageId: head.userMessageId,
    assistantMessageId: head.messageId,
    telemetry: telemetryOf(head),
  }
}

function done(turn: Extract<RunEvent, { type: 'done' }>['turn']) {
  return {
    finishReason: turn.finish,
    usage: turn.usage,
    ...(turn.calls.length > 0 ? { pendingToolCalls: turn.calls.map(presentCall) } : {}),
    telemetry: telemetryOf(turn.head),
  }
}
