import type { Step, ToolStep } from '../script/script.ts'
import { composed, jsonOf } from '../script/json-of.ts'
import { charactersIn } from '../script/spoken.ts'
import type { ServerCall } from './events.ts'
import { drawPrefixed } from './ids.ts'
import { elapsed, pause, tell, type Playing, type Progress } from './progress.ts'

/** A tool of the agent's at work. */
interface Use {
  step: ToolStep
  call: ServerCall
}

export function* useTool(progress: Progress, step: ToolStep): Playing {
  const use = startTool(progress, step)
  yield* pause(progress, step.takesMs)
  endTool(progress, use)
}

/** All start at once; each is done after its own time. */
export function* useTogether(progress: Progress, steps: readonly ToolStep[]): Playing {
  const uses = steps.map(step => startTool(progress, step))
  let passedMs = 0
  for (const use of uses.sort((one, other) => one.step.takesMs - other.step.takesMs)) {
    yield* pause(progress, use.step.takesMs - passedMs)
    passedMs = use.step.takesMs
    endTool(progress, use)
  }
}

function startTool(progress: Progress, step: ToolStep): Use {
  const call = serverCall(progress, step.name)
  const given = step.arguments(progress.stage.lookup)
  tell(progress, { afterMs: elapsed(progress), type: 'tool_started', call, arguments: given })
  progress.trail ??= { calls: composed([]), results: composed([]) }
  progress.trail.calls.push(
    composed({ kind: 'tool_call', tool_name: step.name, tool_call_id: call.callId, arguments: given }),
  )
  return { step, call }
}

function endTool(progress: Progress, { step: { outcome }, call }: Use): void {
  const { lookup } = progress.stage
  if (outcome.kind === 'result') {
    const result = outcome.result(lookup)
    tell(progress, { afterMs: elapsed(progress), type: 'tool_done', call, result })
    return leaveTrail(progress, call, result)
  }
  const error = outcome.error.render(lookup)
  tell(progress, { afterMs: elapsed(progress), type: 'tool_failed', call, error })
  leaveTrail(progress, call, { error })
}

/** The turn ends with it, once the calls that follow it are asked too. */
export function askForCall(progress: Progress, step: Extract<Step, { do: 'call' }>): void {
  const { lookup, ids } = progress.stage
  const given = step.arguments(lookup)
  const argumentsText = step.argumentsText?.render(lookup)
  const wanted = step.id?.render(lookup) ?? ''
  // Two templates may come out the same, or empty; the client could not answer such calls apart.
  const taken = wanted === '' || progress.calls.some(call => call.id === wanted)
  const id = taken ? drawPrefixed(ids, 'call') : wanted
  progress.answeredCharacters += charactersIn(argumentsText ?? jsonOf(given))
  progress.calls.push(composed({ id, name: step.name, arguments: given, argumentsText }))
  progress.finish = 'function_call'
}

export function serverCall({ stage: { ids } }: Progress, name: string): ServerCall {
  return { toolId: drawPrefixed(ids, 'tool'), callId: drawPrefixed(ids, 'call'), name }
}

function leaveTrail({ trail }: Progress, { callId }: ServerCall, result: unknown): void {
  trail!.results.push(
    composed({ kind: 'tool_result', tool_call_id: callId, ...(result === undefined ? {} : { result }) }),
  )
}
