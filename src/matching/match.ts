import type { Ask } from '../criteria/ask.ts'
import { trial } from '../criteria/criteria.ts'
import type { Library } from './library.ts'
import type { Script, ScriptRef } from '../script/script.ts'

/**
 * The script that plays, or undefined. Libraries come in the order of their precedence. On a continued task, scripts
 * that come after its last one go first; on a new task they have no say.
 */
export function matchScript(libraries: readonly Library[], ask: Ask, last?: ScriptRef): Script | undefined {
  for (const library of libraries) {
    const candidates = library.forAgent(ask.agent)
    const script =
      (last && candidates.find(candidate => follows(candidate, last) && holds(candidate, ask))) ??
      candidates.find(candidate => candidate.after.length === 0 && holds(candidate, ask))
    if (script) return script
  }
  return undefined
}

/** Whether the script may come after the last one of a task. */
export function follows(script: Script, last: ScriptRef): boolean {
  return script.source === last.source && script.after.includes(last.name)
}

function holds(script: Script, ask: Ask): boolean {
  return script.criteria.every(criterion => trial(criterion, ask) === true)
}
