import type { Clock } from '../clock.ts'
import type { Ask } from '../script/ask.ts'
import type { Lookup } from '../script/template.ts'

/** What the placeholders of a script may name in one turn. `note` hears of names that lead nowhere. */
export function lookupIn(ask: Ask, taskId: string, clock: Clock, note: (name: string) => void): Lookup {
  return path => {
    const value = below(root(path[0]!, ask, taskId, clock), path.slice(1))
    if (value === undefined) note(path.join('.'))
    return value
  }
}

function root(name: string, ask: Ask, taskId: string, clock: Clock): unknown {
  switch (name) {
    case 'message':
      return { text: ask.text }
    case 'variables':
      return ask.variables
    case 'identity':
      return ask.identity
    case 'tool_results':
      return Object.fromEntries(ask.answers.map(({ tool, result }) => [tool, result]))
    case 'agent':
      return { key: ask.agent.full }
    case 'task':
      return { id: taskId }
    case 'now':
      return new Date(clock.now()).toISOString()
    default:
      return undefined
  }
}

/** Own properties only: nothing in a request reaches a prototype. */
function below(value: unknown, path: readonly string[]): unknown {
  let found = value
  for (const key of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined
    found = (found as Record<string, unknown>)[key]
  }
  return found
}
