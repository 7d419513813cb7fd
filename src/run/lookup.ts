import type { Clock } from '../clock.ts'
import { Problem } from '../problem.ts'
import type { Ask } from '../criteria/ask.ts'
import type { Root } from '../language/placeholders.ts'
import { jsonOf, unchanging } from '../script/json-of.ts'
import type { Lookup } from '../script/template.ts'

/** What a request is about, as far as texts may name it. */
export interface Scene {
  ask: Ask
  /** Of the whole conversation; empty where there is none. */
  taskId: string
  /** Undefined for what is no turn. */
  responseId: string | undefined
  clock: Clock
  /** Each time another. */
  uuid: () => string
}

/**
 * What placeholders may bring into one turn, in characters: a body of the largest size once. As JSON inside JSON, each
 * may become seven, and twice that has to fit the longest string there is.
 */
const mostCharacters = 32 * 2 ** 20

/**
 * What the placeholders of a script may name in one turn. `note` hears of names that lead nowhere. Throws a Problem once
 * a turn has grown so large that it could not be told.
 */
export function lookupIn(scene: Scene, note: (name: string) => void): Lookup {
  let characters = 0
  let results: object | undefined
  return path => {
    const name = path[0]!
    const from = name === 'tool_results' ? (results ??= resultsOf(scene)) : rootOf(name, scene)
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

const rootOf = (name: string, scene: Scene): unknown =>
  Object.hasOwn(roots, name) ? roots[name as Root](scene) : undefined

const resultsOf = ({ ask: { answers } }: Scene): object =>
  Object.fromEntries(answers.map(({ tool, result }) => [tool, result]))

/** What each root of a placeholder stands for. */
const roots: Record<Root, (scene: Scene) => unknown> = {
  message: ({ ask }) => ({ text: ask.text }),
  variables: ({ ask }) => ask.variables,
  metadata: ({ ask }) => ask.metadata,
  identity: ({ ask }) => ask.identity,
  thread: ({ ask }) => ask.thread,
  memory: ({ ask }) => ask.memory,
  conversation: ({ ask }) => ask.conversation,
  headers: ({ ask }) => nameableHeaders(ask.headers),
  tool_results: resultsOf,
  agent: ({ ask }) => ({ key: ask.agent.full }),
  task: ({ taskId }) => ({ id: taskId }),
  response: ({ responseId }) => (responseId === undefined ? undefined : { id: responseId }),
  now: ({ clock }) => new Date(clock.now()).toISOString(),
  uuid: ({ uuid }) => uuid(),
}

/** Never a credential: what a text says may end in a log or on a screen. */
const unnameable: readonly string[] = ['authorization', 'proxy-authorization', 'cookie', 'x-admin-token']

function nameableHeaders(headers: Ask['headers']): Ask['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !unnameable.includes(name)))
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
