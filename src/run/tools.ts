import type { Step } from '../script/script.ts'
import type { ServerCall } from './events.ts'
import { pause, tell, type Playing, type Progress } from './progress.ts'
import { charactersIn } from './usage.ts'

export function* useTool(progress: Progress, step: Extract<Step, { do: 'tool' }>): Playing {
  const call = serverCall(progress, step.name)
  const given = step.arguments(progress.lookup)
  tell(progress, { type: 'tool_started', call, arguments: given })
  yield* pause(progress, step.takesMs)
  const { outcome } = step
  if (outcome.kind === 'result') {
    const result = outcome.result(progress.lookup)
    tell(progress, { type: 'tool_done', call, result })
    return leaveTrail(progress, call, given, result)
  }
  const error = outcome.error.render(progress.lookup)
  tell(progress, { type: 'tool_failed', call, error })
  leaveTrail(progress, call, given, { error })
}

export function askForCall(progress: Progress, step: Extract<Step, { do: 'call' }>): void {
  const given = step.arguments(progress.lookup)
  const id = step.id?.render(progress.lookup) || progress.ids.prefixed('call')
  progress.answeredCharacters += charactersIn(JSON.stringify(given))
  progress.calls.push({ id, name: step.name, arguments: given })
  progress.finish = 'function_call'
}

export function serverCall(progress: Progress, name: string): ServerCall {
  return { toolId: progress.ids.prefixed('tool'), callId: progress.ids.prefixed('call'), name }
}

function leaveTrail(
  { trail }: Progress,
  { callId, name }: ServerCall,
  given: Record<string, unknown>,
  result: unknown,
): void {
  trail.calls.push({ kind: 'tool_call', tool_name: name, tool_call_id: callId, arguments: given })
  trail.results.push({ kind: 'tool_result', tool_call_id: callId, ...(result === undefined ? {} : { result }) })
}
