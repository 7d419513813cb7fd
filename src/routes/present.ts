import type { AgentResponse, PendingToolCall, TaskResponse } from '../contract/response.ts'
import type { Task, ToolCall, Turn, TurnHead } from '../task/task.ts'

/** How tasks and turns look on the wire. */

let lastMs = Number.NaN
let lastTime = ''

/** Many things happen in the same millisecond. */
export function isoTime(ms: number): string {
  if (ms === lastMs) return lastTime
  lastMs = ms
  lastTime = new Date(ms).toISOString()
  return lastTime
}

export const telemetryOf = ({ traceId, spanId }: TurnHead) => ({ trace_id: traceId, span_id: spanId })

/** The reply to a background POST, and to every poll until the task is done. */
export function presentRunning(taskId: string, head: TurnHead): AgentResponse {
  return {
    _id: head.responseId,
    task_id: taskId,
    output: [],
    created_at: isoTime(head.startedAtMs),
    model: head.model,
    telemetry: telemetryOf(head),
  }
}

export function presentTurn(taskId: string, { head, messages, calls, usage, finish }: Turn): AgentResponse {
  const reply: AgentResponse = {
    _id: head.responseId,
    task_id: taskId,
    output: messages as AgentResponse['output'],
    created_at: isoTime(head.startedAtMs),
    model: head.model,
    usage,
    finish_reason: finish,
    telemetry: telemetryOf(head),
  }
  if (calls.length > 0) reply.pending_tool_calls = calls.map(presentCall)
  return reply
}

/** `veiled`: the task shows itself in progress, whatever it is. */
export function presentTask(task: Task, veiled: boolean): TaskResponse {
  if (task.state === 'in_progress') return { ...presentRunning(task.id, task.head), status: 'in_progress' }
  if (veiled) return { ...presentRunning(task.id, task.turn.head), status: 'in_progress' }
  if (task.state === 'inactive') return { ...presentTurn(task.id, task.turn), status: 'completed' }
  const { finish_reason: _none, ...turn } = presentTurn(task.id, task.turn)
  return { ...turn, status: 'failed', error: task.failure.error }
}

export function presentCall({ id, name, arguments: given }: ToolCall): PendingToolCall {
  return { id, type: 'function', function: { name, arguments: JSON.stringify(given) } }
}
