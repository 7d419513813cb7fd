import { check } from '../loading/check.ts'
import { compileHold, compilePace } from '../script/pace.ts'
import { parseDuration } from '../language/duration.ts'
import { FixtureError, showPath } from '../language/fault.ts'
import type { Fixture, Hold as WrittenHold, Pace as WrittenPace } from '../language/fixture-type.ts'
import type { Schema } from '../loading/shape-schema.ts'
import type { Hold, Pace } from '../script/script.ts'
import { Hold as HoldShape, Pace as PaceShape } from '../language/shape.ts'
import { didYouMean } from '../spelling.ts'
import { digits, isPlain, single, texts } from './kinds.ts'
import type { Kind } from './option.ts'

/** What speaks the language of fixtures: they themselves, and what overrides them. */

/** Fixtures that are wrong are a FixtureError when they are read; here, only what is no place to read them from. */
export const fixtures: Kind<string | Fixture | readonly (string | Fixture)[], readonly (string | object)[]> = {
  ...texts(),
  fromProgram(given: unknown) {
    const list = [given].flat() as (string | object)[]
    const faults = list.flatMap((fixture, index) =>
      fixture === ''
        ? [{ place: `fixtures[${index}]`, message: 'must be a folder, a file or an object, found ""' }]
        : [],
    )
    if (faults.length > 0) throw new FixtureError(faults)
    return list
  },
}

const longestWaitMs = 60_000

/** How long to wait, in real time. */
export const within = single<string, number>({
  expected: 'a duration up to 60s, such as 2s',
  fromText: waitOf,
  fromProgram: given => (typeof given === 'string' ? waitOf(given) : undefined),
})

function waitOf(found: string): number | undefined {
  const ms = parseDuration(found)
  return ms !== undefined && ms <= longestWaitMs ? ms : undefined
}

type PaceWords = `${'headers' | 'first' | 'each' | 'jitter'}=${string}`
const paces = ['instant', 'realistic'] as const

/** `instant`, `realistic`, or `first=300ms,each=30ms,jitter=0.2`; or as fixtures write it. */
export const pace = single<WrittenPace | PaceWords, Pace>({
  expected: 'instant, realistic, or as in first=300ms,each=30ms,jitter=0.2',
  fromText: paceOf,
  fromProgram: given =>
    typeof given === 'string' ? paceOf(given) : isPlain(given) ? compilePace(checked(PaceShape, given)) : undefined,
  hint: found => didYouMean(found, paces),
})

function paceOf(found: string): Pace | undefined {
  const named = paces.find(name => name === found)
  return named ? compilePace(named) : ownPace(found)
}

function ownPace(found: string): Pace | undefined {
  const own: Pace = { headersMs: 0, firstMs: 0, eachMs: 0, jitter: 0 }
  for (const part of found.split(',')) {
    const [, name, value = ''] = /^\s*(\w+)=([^=\s]+)\s*$/.exec(part) ?? []
    const ms = parseDuration(value)
    if (name === 'headers' && ms !== undefined) own.headersMs = ms
    else if (name === 'first' && ms !== undefined) own.firstMs = ms
    else if (name === 'each' && ms !== undefined) own.eachMs = ms
    else if (name === 'jitter' && Number(value) >= 0 && Number(value) <= 1) own.jitter = Number(value)
    else return undefined
  }
  return own
}

type HoldWords = number | `${number}` | `${number}${'ms' | 's' | 'm'}`

/** A number of polls, a duration, or `manual`; or as fixtures write it. */
export const hold = single<WrittenHold | HoldWords, Hold>({
  expected: 'a number of polls, a duration such as 3s, or manual',
  fromText: holdOf,
  fromProgram: given =>
    isPlain(given)
      ? compileHold(checked(HoldShape, given))
      : typeof given === 'string' || typeof given === 'number'
        ? holdOf(String(given))
        : undefined,
  hint: found => didYouMean(found, ['manual']),
})

function holdOf(found: string): Hold | undefined {
  if (found === 'manual') return { kind: 'manual' }
  const polls = digits(found)
  if (Number.isSafeInteger(polls)) return { kind: 'polls', polls }
  const forMs = parseDuration(found)
  return forMs === undefined ? undefined : { kind: 'time', forMs }
}

/** Throws an Error with every fault. */
function checked<T>(schema: Schema & { static: T }, given: object): T {
  const faults = check(schema, given, {})
  if (faults.length === 0) return given as T
  const told = faults.map(({ path, message, atKey }) =>
    atKey || path.length === 0 ? message : `${showPath(path)} ${message}`,
  )
  throw new Error(told.join('; '))
}
