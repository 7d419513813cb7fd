import type { Step } from '../script/script.ts'
import { composed, jsonOf } from '../script/json-of.ts'
import { charactersIn } from '../script/spoken.ts'
import type { ServerCall } from './events.ts'
import { drawPrefixed } from './ids.ts'
import { elapsed, pause, tell, type Playing, type Progress } from './progress.ts'

export function* useTool(progress: Progress, step: Extract<Step, { do: 'tool' }>): Playing {
  const { lookup } = progress.stage
  const call = serverCall(progress, step.name)
  const given = step.arguments(lookup)
  tell(progress, { afterMs: elapsed(progress), type: 'tool_started', call, arguments: given })
  yield* pause(progress, step.takesMs)
  const { outcome } = step
  if (outcome.kind === 'result') {
    const result = outcome.result(lookup)
    tell(progress, { afterMs: elapsed(progress), type: 'tool_done', call, result })
    return leaveTrail(progress, call, given, result)
  }
  const error = outcome.error.render(lookup)
  tell(progress, { afterMs: elapsed(progress), type: 'tool_failed', call, error })
  leaveTrail(progress, call, given, { error })
}

/** The turn ends with it, once the calls that follow it are asked too. */
export function askForCall(progress: Progress, step: Extract<Step, { do: 'call' }>): void {
  const { lookup, ids } = progress.stage
  const given = step.arguments(lookup)
  const wanted = step.id?.render(lookup) ?? ''
  // Two templates may come out the same, or empty; the client could not answer such calls apart.
  const taken = wanted === '' || progress.calls.some(call => call.id === wanted)
  const id = taken ? drawPrefixed(ids, 'call') : wanted
  progress.answeredCharacters += charactersIn(jsonOf(given))
  progress.calls.push(composed({ id, name: step.name, arguments: given }))
  progress.finish = 'function_call'
}

export function serverCall({ stage: { ids } }: Progress, name: string): ServerCall {
  return { toolId: drawPrefixed(ids, 'tool'), callId: drawPrefixed(ids, 'call'), name }
}

function leaveTrail(
  progress: Progress,
  { callId, name }: ServerCall,
  given: Record<string, unknown>,
  result: unknown,
): void {
  progress.trail ??= { calls: composed([]), results: composed([]) }
  progress.trail.calls.push(composed({ kind: 'tool_call', tool_name: name, tool_call_id: callId, arguments: given }))
  progress.trail.results.push(
    composed({ kind: 'tool_result', tool_call_id: callId, ...(result === undefined ? {} : { result }) }),
  )
}
