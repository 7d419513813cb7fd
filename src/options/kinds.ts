import { didYouMean } from '../spelling.ts'
import type { Kind } from './option.ts'

/** What the values of options can be. */

/** Undefined is what the words, or the given value, cannot be read as. */
interface Reader<Value> {
  /** Completes "must be". */
  expected: string
  fromText(this: void, text: string): Value | undefined
  fromProgram(this: void, given: unknown): Value | undefined
  /** Adds to the error what may have been meant. */
  hint?(this: void, text: string): string
}

export function single<Given, Value>({ expected, fromText, fromProgram, hint }: Reader<Value>): Kind<Given, Value> {
  const demand = (value: Value | undefined, found: unknown) => {
    if (value !== undefined) return value
    throw wrong(expected, found, typeof found === 'string' ? hint?.(found) : undefined)
  }
  return {
    fromTexts: found => demand(fromText(found.at(-1)!), found.at(-1)),
    fromProgram: given => demand(fromProgram(given), given),
  }
}

const wrong = (expected: string, found: unknown, hint = '') =>
  new Error(`must be ${expected}${expected.includes(',') ? ';' : ','} found ${shown(found)}${hint}`)

/** A value as an error names it. */
export function shown(found: unknown): string {
  if (typeof found === 'string') return JSON.stringify(found.length > 60 ? `${found.slice(0, 60)}…` : found)
  if (Array.isArray(found)) return found.length === 0 ? 'an empty list' : 'a list'
  if (typeof found === 'function' || typeof found === 'symbol') return `a ${typeof found}`
  if (typeof found !== 'object' || found === null) return String(found)
  return isPlain(found) ? 'an object' : `a ${tagOf(found)}`
}

/** `Object`, `Map`, `Promise` …, whatever realm it comes from. */
const tagOf = (value: unknown): string => Object.prototype.toString.call(value).slice('[object '.length, -1)

/** Not a Map, and not a Promise that nobody has awaited: they would have no key at all. */
export const isPlain = (value: unknown): value is object => tagOf(value) === 'Object'

const textOf = (given: unknown) => (typeof given === 'string' && given !== '' ? given : undefined)

/** Empty is refused: it is what a variable leaves that nobody has set. */
export const text = single<string, string>({
  expected: 'a text that is not empty',
  fromText: textOf,
  fromProgram: textOf,
})

/** Below which everything is served; without the slash at its end, so that the root is empty. */
export const path = single<`/${string}`, string>({
  expected: 'a path such as /orq, of letters, digits and -._~ between its slashes',
  fromText: pathOf,
  fromProgram: given => (typeof given === 'string' ? pathOf(given) : undefined),
  hint: found => (pathOf(`/${found}`) ? `, did you mean "/${found}"?` : ''),
})

function pathOf(found: string): string | undefined {
  const plain = found.replace(/\/$/, '')
  return /^(\/(?!\.{1,2}(\/|$))[\w.~-]+)*$/.test(plain) && found !== '' ? plain : undefined
}

/** One text or several, at least so many. */
export function texts(least = 0): Kind<string | readonly string[], readonly string[]> {
  const read = (given: unknown): string[] => {
    const list: unknown[] = [given].flat()
    if (list.length >= least && list.every(item => textOf(item) !== undefined)) return list as string[]
    const found = list.length === 1 ? list[0] : given
    throw wrong(`a text or a list of ${least > 0 ? 'at least one' : 'texts'}, none of them empty`, found)
  }
  return { fromTexts: read, fromProgram: read, repeatable: true }
}

const words = choice('true', 'false', '1', '0')

export const toggle: Kind<boolean, boolean> = {
  fromTexts: found => ['true', '1'].includes(words.fromTexts(found)),
  fromProgram(given: unknown) {
    if (typeof given === 'boolean') return given
    throw wrong('true or false', given)
  },
}

export function choice<const Names extends readonly string[]>(...names: Names): Kind<Names[number], Names[number]> {
  const read = (found: unknown) => names.find(name => name === found)
  return single({
    expected: names.join(' or '),
    fromText: read,
    fromProgram: read,
    hint: found => didYouMean(found, names),
  })
}

export function whole(least: number, most = Number.MAX_SAFE_INTEGER): Kind<number, number> {
  const within = (given: unknown) =>
    typeof given === 'number' && Number.isInteger(given) && given >= least && given <= most ? given : undefined
  return single({
    expected: `a whole number ${most === Number.MAX_SAFE_INTEGER ? `from ${least} on` : `from ${least} to ${most}`}`,
    fromText: found => within(digits(found)),
    fromProgram: within,
  })
}

export const digits = (found: string): number => (/^\d+$/.test(found) ? Number(found) : NaN)

type Unit = 'kb' | 'mb' | 'gb'
type Size = `${number}` | `${number}${Unit | Uppercase<Unit>}`

/** `20mb`, `512kb`, or a number of bytes. */
export function size(least: number): Kind<number | Size, number> {
  const within = (bytes: number) => (bytes >= least && Number.isSafeInteger(bytes) ? bytes : undefined)
  const fromText = (found: string) => {
    const [, number = '-1', unit = ''] = /^(\d+)\s*(kb|mb|gb)?$/i.exec(found) ?? []
    return within(Number(number) * 1024 ** ['', 'kb', 'mb', 'gb'].indexOf(unit.toLowerCase()))
  }
  return single({
    expected: `a size such as 512kb or 20mb, or a number of bytes from ${least} on`,
    fromText,
    fromProgram: given =>
      typeof given === 'string' ? fromText(given) : within(typeof given === 'number' ? given : NaN),
  })
}
