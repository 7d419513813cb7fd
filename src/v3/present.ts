import type { Failure, Task, Turn, TurnHead } from '../task/task.ts'
import type { Mode } from '../criteria/ask.ts'
import type { Ending } from '../run/events.ts'
import type { Run } from '../run/run.ts'
import { codeOf } from './errors.ts'
import { outputJson } from './output.ts'
import { usageJson } from './usage.ts'

/** How responses look on the wire. Put together as text, since much of it is there as JSON already. */

/** The reply to a POST that does not stream; to a sync one, when its run is done. */
export function runJson(run: Run, mode: Mode): string {
  const { outcome } = run
  if (mode === 'background') return openJson(run.head, 'queued')
  return outcome && outcome.type !== 'aborted' ? endedJson(run, outcome) : openJson(run.head, 'in_progress')
}

/** The reply to a GET. */
export function taskJson(task: Task, veiled: boolean, run: Run): string {
  const { outcome } = run
  if (veiled || task.state === 'in_progress' || !outcome || outcome.type === 'aborted')
    return openJson(run.head, 'in_progress')
  return endedJson(run, outcome)
}

/** Before the end, nothing is told of what has been said so far. */
export const openJson = (head: TurnHead, status: 'queued' | 'in_progress'): string =>
  responseJson(
    head,
    `"status":"${status}","completed_at":null,"error":null,"incomplete_details":null,"output":[],"usage":null`,
  )

export function endedJson({ head, log }: Run, outcome: Ending): string {
  const { turn, afterMs } = outcome
  const told = `"output":[${outputJson(log)}],"usage":${usageJson(turn)}`
  if (outcome.type === 'failed')
    return responseJson(
      head,
      `"status":"failed","completed_at":null,"error":${errorJson(outcome.failure)},"incomplete_details":null,${told}`,
    )
  const reason = reasons[turn.finish]
  const details = reason === undefined ? 'null' : `{"reason":"${reason}"}`
  return responseJson(
    head,
    `"status":"${statusOf(outcome)}","completed_at":${seconds(head.startedAtMs + afterMs)},"error":null,"incomplete_details":${details},${told}`,
  )
}

export function statusOf(outcome: Ending): 'completed' | 'failed' | 'incomplete' {
  if (outcome.type === 'failed') return 'failed'
  return reasons[outcome.turn.finish] === undefined ? 'completed' : 'incomplete'
}

/** What cuts a run short, in the words of this API. */
const reasons: Partial<Record<Turn['finish'], string>> = {
  length: 'max_output_tokens',
  content_filter: 'content_filter',
  max_iterations: 'max_iterations',
  max_time: 'max_execution_time',
}

const errorJson = ({ error, code }: Failure) => `{"code":"${codeOf(code)}","message":${JSON.stringify(error)}}`

function responseJson({ ids, startedAtMs, model, echo = '' }: TurnHead, state: string): string {
  return `{"id":"${ids.response}","object":"response","created_at":${seconds(startedAtMs)},${state},"model":${JSON.stringify(model)},${echo}"telemetry":{"trace_id":"${ids.trace}","span_id":"${ids.span}"}}`
}

const seconds = (ms: number) => Math.floor(ms / 1000)
