import { parseDuration } from '../script/duration.ts'
import type { Hold, Pace } from '../script/script.ts'
import { compilePace } from '../script/compile.ts'

/** Reads the texts of flags. Each throws an Error that says what was expected. */

const last = (texts: readonly string[]) => texts.at(-1)!

/** Empty is refused: it is what a variable leaves that nobody has set. */
export function text(texts: readonly string[]): string {
  return list(texts).at(-1)!
}

export function list(texts: readonly string[]): string[] {
  if (texts.includes('')) throw new Error('must not be empty')
  return [...texts]
}

export function toggle(texts: readonly string[]): boolean {
  return choice('true', 'false', '1', '0')(texts).match(/true|1/) !== null
}

export function choice<const Names extends readonly string[]>(...names: Names) {
  return (texts: readonly string[]): Names[number] => {
    const found = last(texts)
    if (!names.includes(found)) throw new Error(`must be ${names.join(' or ')}, found "${found}"`)
    return found
  }
}

export function whole(least: number, most = Number.MAX_SAFE_INTEGER) {
  return (texts: readonly string[]): number => {
    const found = last(texts)
    const number = /^\d+$/.test(found) ? Number(found) : NaN
    if (number >= least && number <= most) return number
    throw new Error(
      `must be a whole number ${most === Number.MAX_SAFE_INTEGER ? `from ${least} on` : `from ${least} to ${most}`}, found "${found}"`,
    )
  }
}

/** `20mb`, `512kb`, or a number of bytes. */
export function bytes(least: number) {
  return (texts: readonly string[]): number => {
    const found = last(texts)
    const [, number = '-1', unit = ''] = /^(\d+)\s*(kb|mb|gb)?$/i.exec(found) ?? []
    const size = Number(number) * 1024 ** ['', 'kb', 'mb', 'gb'].indexOf(unit.toLowerCase())
    if (size >= least && Number.isSafeInteger(size)) return size
    throw new Error(`must be a size such as 512kb or 20mb, found "${found}"`)
  }
}

/** `instant`, `realistic`, or `first=300ms,each=30ms,jitter=0.2`. */
export function pace(texts: readonly string[]): Pace {
  const found = last(texts)
  if (found === 'instant' || found === 'realistic') return compilePace(found)
  const own = ownPace(found)
  if (own) return own
  throw new Error(`must be instant, realistic, or as in first=300ms,each=30ms,jitter=0.2; found "${found}"`)
}

function ownPace(found: string): Pace | undefined {
  const own: Pace = { firstMs: 0, eachMs: 0, jitter: 0 }
  for (const part of found.split(',')) {
    const [, name, value = ''] = /^\s*(\w+)=([^=\s]+)\s*$/.exec(part) ?? []
    const ms = parseDuration(value)
    if (name === 'first' && ms !== undefined) own.firstMs = ms
    else if (name === 'each' && ms !== undefined) own.eachMs = ms
    else if (name === 'jitter' && Number(value) >= 0 && Number(value) <= 1) own.jitter = Number(value)
    else return undefined
  }
  return own
}

/** A number of polls, a duration, or `manual`. */
export function hold(texts: readonly string[]): Hold {
  const found = last(texts)
  if (found === 'manual') return { kind: 'manual' }
  if (/^\d+$/.test(found)) return { kind: 'polls', polls: Number(found) }
  const forMs = parseDuration(found)
  if (forMs === undefined)
    throw new Error(`must be a number of polls, a duration such as 3s, or manual; found "${found}"`)
  return { kind: 'time', forMs }
}
