import type { Clock } from '../clock.ts'
import { Problem } from '../problem.ts'
import type { Ask } from '../criteria/ask.ts'
import { jsonOf, unchanging } from '../script/json-of.ts'
import type { Lookup } from '../script/template.ts'

/**
 * What placeholders may bring into one turn, in characters: a body of the largest size once. As JSON inside JSON, each
 * may become seven, and twice that has to fit the longest string there is.
 */
const mostCharacters = 32 * 2 ** 20

/**
 * What the placeholders of a script may name in one turn. `note` hears of names that lead nowhere. Throws a Problem once
 * a turn has grown so large that it could not be told.
 */
export function lookupIn(ask: Ask, taskId: string, clock: Clock, note: (name: string) => void): Lookup {
  let characters = 0
  let results: object | undefined
  return path => {
    const name = path[0]!
    const from = name === 'tool_results' ? (results ??= resultsOf(ask)) : root(name, ask, taskId, clock)
    const value = below(from, path.slice(1))
    if (value === undefined) note(path.join('.'))
    // A script may name it again and again, and each time its JSON is wanted.
    if (typeof value === 'object' && value !== null) unchanging(value)
    characters += lengthOf(value)
    if (characters > mostCharacters) throw tooLong()
    return value
  }
}

function lengthOf(value: unknown): number {
  if (typeof value === 'string') return value.length
  return typeof value === 'object' && value !== null ? jsonOf(value).length : 0
}

const tooLong = () =>
  new Problem('turn_too_long', `What the placeholders bring is longer than ${mostCharacters} characters.`, {
    hint: 'Send less, or name it less often in the script.',
  })

const resultsOf = ({ answers }: Ask): object => Object.fromEntries(answers.map(({ tool, result }) => [tool, result]))

function root(name: string, ask: Ask, taskId: string, clock: Clock): unknown {
  switch (name) {
    case 'message':
      return { text: ask.text }
    case 'variables':
      return ask.variables
    case 'identity':
      return ask.identity
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
