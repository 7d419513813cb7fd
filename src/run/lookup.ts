import type { Clock } from '../clock.ts'
import { Problem } from '../problem.ts'
import type { Ask } from '../criteria/ask.ts'
import type { Lookup } from '../script/template.ts'
import type { TurnHead } from '../task/task.ts'

/**
 * What placeholders may bring into one turn, in characters: a body of the largest size once. As JSON inside JSON, each
 * may become seven, and twice that has to fit the longest string there is.
 */
const mostCharacters = 32 * 2 ** 20

/** How a turn can be named; an answer in place of a turn has no ids. */
interface NamedTurn {
  /** Of the whole conversation. */
  taskId: string
  ids: TurnHead['ids'] | undefined
}

/**
 * What the placeholders of a script may name in one turn. `note` hears of names that lead nowhere. Throws a Problem once
 * a turn has grown so large that it could not be told.
 */
export function lookupIn(ask: Ask, turn: NamedTurn, clock: Clock, note: (name: string) => void): Lookup {
  let characters = 0
  return path => {
    const value = below(root(path[0]!, ask, turn, clock), path.slice(1))
    if (value === undefined) note(path.join('.'))
    characters += lengthOf(value)
    if (characters > mostCharacters) throw tooLong()
    return value
  }
}

function lengthOf(value: unknown): number {
  if (typeof value === 'string') return value.length
  return typeof value === 'object' && value !== null ? JSON.stringify(value).length : 0
}

const tooLong = () =>
  new Problem('turn_too_long', `What the placeholders bring is longer than ${mostCharacters} characters.`, {
    hint: 'Send less, or name it less often in the script.',
  })

function root(name: string, ask: Ask, turn: NamedTurn, clock: Clock): unknown {
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
      return { id: turn.taskId }
    case 'response':
      return { id: turn.ids?.response ?? '' }
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
