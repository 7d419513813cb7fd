import { parseDuration } from '../script/duration.ts'
import type { Hold, Pace } from '../script/script.ts'
import { compilePace } from '../script/compile.ts'

/** Reads the texts of flags. Each throws an Error that says what was expected. */

const last = (texts: readonly string[]) => texts.at(-1)!

export const text = last
export const list = (texts: readonly string[]) => [...texts]

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
export function bytes(texts: readonly string[]): number {
  const found = last(texts)
  const [, number, unit = ''] = /^(\d+)\s*(kb|mb|gb)?$/i.exec(found) ?? []
  if (number === undefined) throw new Error(`must be a size such as 512kb or 20mb, found "${found}"`)
  return Number(number) * 1024 ** ['', 'kb', 'mb', 'gb'].indexOf(unit.toLowerCase())
}

/** `instant`, `realistic`, or `first=300ms,each=30ms,jitter=0.2`. */
export function pace(texts: readonly string[]): Pace {
  const found = last(texts)
  if (found === 'instant' || found === 'realistic') return compilePace(found)
  const parts = Object.fromEntries(found.split(',').map(part => part.split('=').map(side => side.trim())))
  const { first = '0ms', each = '0ms', jitter = '0', ...others } = parts as Record<string, string>
  const [firstMs, eachMs] = [parseDuration(first), parseDuration(each)]
  const share = Number(jitter)
  if (firstMs === undefined || eachMs === undefined || !(share >= 0 && share <= 1) || Object.keys(others).length > 0)
    throw new Error(`must be instant, realistic, or as in first=300ms,each=30ms,jitter=0.2; found "${found}"`)
  return { firstMs, eachMs, jitter: share }
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
