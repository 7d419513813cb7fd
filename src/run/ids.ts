import { encodeTime } from 'ulid'
import type { Clock } from '../clock.ts'

/** Where the ids of one turn come from: the same turn gets the same ids. */
export interface Ids {
  clock: Clock
  /** Answers 32 bits of chance, as a whole number from 0. */
  random: () => number
}

/** Crockford's alphabet, as ULIDs have it. */
const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
/** All pairs of letters: ten bits at a look. */
const pairs = Array.from({ length: 1024 }, (_, bits) => letters[bits >>> 5]! + letters[bits & 31]!)
const hexBytes = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** An upper-case ULID: ten letters of time, sixteen of chance. */
export function drawUlid({ clock, random }: Ids): string {
  return timeOf(clock.now()) + sixLetters(random()) + sixLetters(random()) + fourLetters(random())
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

const sixLetters = (bits: number) => pairs[bits & 1023]! + pairs[(bits >>> 10) & 1023]! + pairs[(bits >>> 20) & 1023]!
const fourLetters = (bits: number) => pairs[bits & 1023]! + pairs[(bits >>> 10) & 1023]!

function eightDigits(bits: number): string {
  return hexBytes[bits & 255]! + hexBytes[(bits >>> 8) & 255]! + hexBytes[(bits >>> 16) & 255]! + hexBytes[bits >>> 24]!
}

let lastMs = -1
let lastTime = ''

/** Many ids are drawn in the same millisecond. */
function timeOf(ms: number): string {
  if (ms === lastMs) return lastTime
  lastMs = ms
  lastTime = encodeTime(ms, 10)
  return lastTime
}
