import type { Fault, Path } from '../language/fault.ts'
import type { ScriptParts } from './lint.ts'
import type { When } from '../language/shape.ts'
import { stepLists } from '../language/step-lists.ts'
import { lintSettings } from './lint-settings.ts'
import { idleStreamSteps } from './lint-stream-steps.ts'

/** What stands in a script and can never act, whatever a client asks. */
export function lintIdle(script: ScriptParts, path: Path): Fault[] {
  return [
    ...idleCriteria(script.when ?? {}, [...path, 'when']),
    ...lintSettings(script, path),
    ...idleDecisions(script, path),
    ...idleStreamSteps(script, path),
  ]
}

export function idleCriteria({ role, text, file }: When, path: Path): Fault[] {
  if (role !== 'tool') return []
  const message = 'can never hold: a message with `role: tool` carries results of tools and nothing else'
  const asked = typeof text === 'object' ? (text.contains ?? text.equals ?? '') : (text ?? '')
  return [
    ...(asked === '' ? [] : [{ path: [...path, 'text'], atKey: true, message }]),
    ...(file === undefined ? [] : [{ path: [...path, 'file'], atKey: true, message }]),
  ]
}

/** Nobody waits for a decision that is a person's to make. */
function idleDecisions(script: ScriptParts, path: Path): Fault[] {
  const message = 'can never act: with `outcome: manual`, the control API decides how long it takes'
  return stepLists(script, path).flatMap(list =>
    list.steps.flatMap((step, index) =>
      'review' in step && step.outcome === 'manual' && step.takes !== undefined
        ? { path: [...list.path, index, 'takes'], atKey: true, message }
        : [],
    ),
  )
}
