import { encodeTime } from 'ulid'
import type { Clock } from '../clock.ts'

/** Where the ids of one turn come from: the same turn gets the same ids. */
export interface Ids {
  clock: Clock
  /** Answers 32 bits of chance, as a whole number from 0. */
  random: () => number
}

/** Crockford's alphabet, as ULIDs have it, by character code. */
const upper = Array.from('0123456789ABCDEFGHJKMNPQRSTVWXYZ', letter => letter.charCodeAt(0))
const lower = Array.from('0123456789abcdefghjkmnpqrstvwxyz', letter => letter.charCodeAt(0))

/**
 * Where an id is put together. One flat string comes out, where adding up pieces would leave a tree of them, and ids are
 * what a mock keeps most of.
 */
const scratch = Buffer.alloc(64)

/** An upper-case ULID, ten letters of time and sixteen of chance, behind a prefix such as `resp_`. */
export function drawUlid(ids: Ids, prefix = ''): string {
  return draw(ids, prefix, timeOf(ids.clock.now()).upper, upper)
}

/** `text_01j…`: a kind and a lower-case ULID. */
export function drawPrefixed(ids: Ids, kind: string): string {
  return draw(ids, `${kind}_`, timeOf(ids.clock.now()).lower, lower)
}

/** So many words of eight lower-case hexadecimal digits. */
export function drawHex({ random }: Ids, words: 2 | 4): string {
  for (let word = 0; word < words; word += 1) scratch.writeUInt32LE(random(), 4 * word)
  return scratch.toString('hex', 0, 4 * words)
}

function draw({ random }: Ids, prefix: string, time: string, letters: readonly number[]): string {
  const from = scratch.write(prefix + time, 'latin1')
  writeLetters(from, random(), 6, letters)
  writeLetters(from + 6, random(), 6, letters)
  writeLetters(from + 12, random(), 4, letters)
  return scratch.toString('latin1', 0, from + 16)
}

function writeLetters(from: number, bits: number, count: number, letters: readonly number[]): void {
  for (let index = 0; index < count; index += 1) scratch[from + index] = letters[(bits >>> (5 * index)) & 31]!
}

let lastMs = -1
let lastTime = { upper: '', lower: '' }

/** Many ids are drawn in the same millisecond. */
function timeOf(ms: number): typeof lastTime {
  if (ms === lastMs) return lastTime
  const time = encodeTime(ms, 10)
  lastMs = ms
  lastTime = { upper: time, lower: time.toLowerCase() }
  return lastTime
}
