import type { FinishReason, Message, PendingToolCall } from '../contract/response.ts'
import { isoTime } from '../iso-time.ts'
import type { Run } from '../run/run.ts'
import type { Mode } from '../criteria/ask.ts'
import { jsonOf } from '../script/json-of.ts'
import { estimateOf } from '../task/usage.ts'
import type { Task, ToolCall, Turn, TurnHead } from '../task/task.ts'

/** How tasks and turns look on the wire. Put together as text, since nearly all of it is there as JSON already. */

/** The reply to a POST that does not stream; to a sync one, when its run is done. */
export function runJson({ taskId, head, outcome }: Run, mode: Mode): string {
  return mode === 'sync' && outcome?.type === 'done' ? turnJson(taskId, outcome.turn) : runningJson(taskId, head)
}

/** As every poll sees it until the task is done. */
const runningJson = (taskId: string, head: TurnHead, status = ''): string => replyJson(taskId, head, '', '', status)

function turnJson(taskId: string, turn: Turn, status = ''): string {
  return replyJson(taskId, turn.head, outputJson(turn), resultJson(turn, turn.finish), pendingJson(turn) + status)
}

/** `veiled`: the task shows itself in progress, whatever it is. */
export function taskJson(task: Task, veiled: boolean): string {
  if (task.state === 'in_progress') return runningJson(task.id, task.head, inProgress)
  const { id, turn } = task
  if (veiled) return runningJson(id, turn.head, inProgress)
  if (task.state === 'inactive') return turnJson(id, turn, ',"status":"completed"')
  const failed = `,"status":"failed","error":${JSON.stringify(task.failure.error)}`
  return replyJson(id, turn.head, outputJson(turn), resultJson(turn), pendingJson(turn) + failed)
}

const inProgress = ',"status":"in_progress"'

function replyJson(taskId: string, head: TurnHead, output: string, result: string, rest: string): string {
  const { ids, model } = head
  return `{"_id":"${ids.response}","task_id":"${taskId}","output":[${output}],"created_at":"${isoTime(head.startedAtMs)}","model":${JSON.stringify(model)},${result}${telemetryJson(head)}${rest}}`
}

export const telemetryJson = ({ ids }: TurnHead): string =>
  `"telemetry":{"trace_id":"${ids.trace}","span_id":"${ids.span}"}`

/** A turn that has failed has no reason to have finished. */
function resultJson(turn: Turn, finish?: FinishReason): string {
  return `${usageJson(turn)}${finish === undefined ? '' : `"finish_reason":"${finish}",`}`
}

/** With a comma behind it. */
export function usageJson(turn: Turn): string {
  if (turn.usage === null) return '"usage":null,'
  if (turn.usage) return `"usage":${jsonOf(turn.usage)},`
  const { input, output, total } = estimateOf(turn)
  return `"usage":{"prompt_tokens":${input},"completion_tokens":${output},"total_tokens":${total}},`
}

function outputJson({ head, parts, further }: Turn): string {
  const agent = `{"messageId":"${head.ids.message}","role":"agent","parts":[${listJson(parts)}]}`
  return further.reduce((made, message: Message) => `${made},${jsonOf(message)}`, agent)
}

function listJson(values: readonly object[]): string {
  let made = ''
  for (const value of values) made += made === '' ? jsonOf(value) : `,${jsonOf(value)}`
  return made
}

function pendingJson({ calls }: Turn): string {
  return calls.length > 0 ? `,"pending_tool_calls":${callsJson(calls)}` : ''
}

export const callsJson = (calls: readonly ToolCall[]): string => JSON.stringify(calls.map(presentCall))

function presentCall({ id, name, arguments: given, argumentsText }: ToolCall): PendingToolCall {
  return { id, type: 'function', function: { name, arguments: argumentsText ?? jsonOf(given) } }
}
