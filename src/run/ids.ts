import { encodeTime } from 'ulid'
import type { Clock } from '../clock.ts'

/** Where the ids of one turn come from: the same turn gets the same ids. */
export interface Ids {
  clock: Clock
  /** Answers 32 bits of chance, as a whole number from 0. */
  random: () => number
}

/** Crockford's alphabet, as ULIDs have it, by character code. */
const letters = Array.from('0123456789ABCDEFGHJKMNPQRSTVWXYZ', letter => letter.charCodeAt(0))
const hexBytes = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** Where a ULID is put together: one flat string comes out, where adding up pieces would leave a tree of them. */
const scratch = Buffer.alloc(26)

/** An upper-case ULID: ten letters of time, sixteen of chance. */
export function drawUlid({ clock, random }: Ids): string {
  writeTime(clock.now())
  writeLetters(10, random(), 6)
  writeLetters(16, random(), 6)
  writeLetters(22, random(), 4)
  return scratch.toString('latin1')
}

function writeLetters(from: number, bits: number, count: number): void {
  for (let index = 0; index < count; index += 1) scratch[from + index] = letters[(bits >>> (5 * index)) & 31]!
}

let lastMs = -1

/** Many ids are drawn in the same millisecond. */
function writeTime(ms: number): void {
  if (ms === lastMs) return
  lastMs = ms
  scratch.write(encodeTime(ms, 10), 0, 'latin1')
}

/** `text_01j…`: a kind and a lower-case ULID. */
export function drawPrefixed(ids: Ids, kind: string): string {
  return `${kind}_${drawUlid(ids).toLowerCase()}`
}

/** So many words of eight lower-case hexadecimal digits. */
export function drawHex({ random }: Ids, words: 2 | 4): string {
  let text = ''
  for (let word = 0; word < words; word += 1) text += eightDigits(random())
  return text
}

function eightDigits(bits: number): string {
  return hexBytes[bits & 255]! + hexBytes[(bits >>> 8) & 255]! + hexBytes[(bits >>> 16) & 255]! + hexBytes[bits >>> 24]!
}
