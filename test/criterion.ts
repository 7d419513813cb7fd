import type { ScriptShape } from '../src/language/shape.ts'
import { user } from './kit.ts'

export type When = NonNullable<ScriptShape['when']>

/** What a near miss says of one criterion; nothing found is left out. */
export interface Criterion {
  criterion: string
  holds: boolean
  expected: unknown
  found?: unknown
}

/** A request: what is said is a text of the user, and the rest of the body; `headers` go beside it. */
export type Sent = { headers?: Record<string, string> } & Record<string, unknown>

export interface Row {
  when: When
  /** Requests that the criteria let through, by what they show. */
  holds: Record<string, Sent>
  /** Requests that they do not, each with what the near miss says. */
  fails: Record<string, [Sent, ...Criterion[]]>
}

export const says = (...texts: string[]): Sent => ({ message: user(...texts) })
export const holds = (criterion: string, expected: unknown, found?: unknown): Criterion =>
  verdict(true, criterion, expected, found)
export const fails = (criterion: string, expected: unknown, found?: unknown): Criterion =>
  verdict(false, criterion, expected, found)

function verdict(holds: boolean, criterion: string, expected: unknown, found: unknown): Criterion {
  return { criterion, holds, expected, ...(found === undefined ? {} : { found }) }
}

export const withParts = (...parts: object[]): Sent => ({ message: { role: 'user', parts } })
/** Without what is no part of `when`. */
export const ofWhen = (criteria: Criterion[] | undefined) =>
  criteria?.filter(({ criterion }) => criterion !== 'agent' && criterion !== 'after')
/** As text, because tap does not compare objects that have a `constructor` of their own. */
export const pretty = (value: unknown) => JSON.stringify(value, null, 2)
