import { encodeTime } from 'ulid'
import type { Clock } from '../clock.ts'

/** Where the ids of one turn come from: the same turn gets the same ids. */
export interface Ids {
  clock: Clock
  /** Answers 32 bits of chance, as a whole number from 0. */
  random: () => number
}

/** An upper-case ULID, ten letters of time and sixteen of chance. */
export function drawUlid({ clock, random }: Ids): string {
  return take(putUlid(0, timeOf(clock.now()).upper, random, upper))
}

/** `text_01j…`: a kind and a lower-case ULID. */
export function drawPrefixed({ clock, random }: Ids, kind: string): string {
  const from = scratch.write(`${kind}_`, 'latin1')
  return take(putUlid(from, timeOf(clock.now()).lower, random, lower))
}

/** The ids that every turn has, as one text: eight texts would cost more to draw, and would be most of what is kept. */
export class TurnIds {
  readonly #text: string

  constructor({ clock, random }: Ids) {
    const time = timeOf(clock.now()).upper
    let end = scratch.write('resp_', 'latin1')
    for (let ulid = 0; ulid < 4; ulid += 1) end = putUlid(end, time, random, upper)
    for (let word = 0; word < 6; word += 1) end = putHex(end, random())
    this.#text = take(end)
  }

  get response(): string {
    return this.#text.slice(0, 31)
  }
  /** Of the agent's message. */
  get message(): string {
    return this.#text.slice(31, 57)
  }
  /** Of the user's message, if it brings none. */
  get userMessage(): string {
    return this.#text.slice(57, 83)
  }
  get workflowRun(): string {
    return this.#text.slice(83, 109)
  }
  get trace(): string {
    return this.#text.slice(109, 141)
  }
  get span(): string {
    return this.#text.slice(141)
  }
}

/** Where ids are put together, two letters at a time: one flat text comes out. */
const scratch = Buffer.alloc(256)
const view = new DataView(scratch.buffer, scratch.byteOffset, scratch.byteLength)
const take = (end: number): string => scratch.toString('latin1', 0, end)

/** The codes of two letters as they lie in memory. */
const pairOf = (first: string, second: string): number => first.charCodeAt(0) | (second.charCodeAt(0) << 8)

/** All pairs of letters, by the bits that stand for them; the lower bits come first. */
function pairsOf(letters: string): Uint16Array {
  const all = letters.split('')
  return Uint16Array.from(all.flatMap(second => all.map(first => pairOf(first, second))))
}

/** Crockford's alphabet, as ULIDs have it. */
const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const upper = pairsOf(crockford)
const lower = pairsOf(crockford.toLowerCase())
const hex = pairsOf('0123456789abcdef')

/** Each of these answers where the next letter goes. */
function putUlid(from: number, time: Uint16Array, random: () => number, pairs: Uint16Array): number {
  for (let pair = 0; pair < 5; pair += 1) view.setUint16(from + 2 * pair, time[pair]!, true)
  putPairs(from + 10, random(), 3, pairs)
  putPairs(from + 16, random(), 3, pairs)
  return putPairs(from + 22, random(), 2, pairs)
}

function putPairs(from: number, bits: number, count: number, pairs: Uint16Array): number {
  for (let pair = 0; pair < count; pair += 1)
    view.setUint16(from + 2 * pair, pairs[(bits >>> (10 * pair)) & 1023]!, true)
  return from + 2 * count
}

function putHex(from: number, bits: number): number {
  for (let pair = 0; pair < 4; pair += 1) view.setUint16(from + 2 * pair, hex[(bits >>> (8 * pair)) & 255]!, true)
  return from + 8
}

let lastMs = -1
let lastTime = { upper: new Uint16Array(), lower: new Uint16Array() }

/** Many ids are drawn in the same millisecond. */
function timeOf(ms: number): typeof lastTime {
  if (ms === lastMs) return lastTime
  const time = encodeTime(ms, 10)
  lastMs = ms
  lastTime = { upper: codesOf(time), lower: codesOf(time.toLowerCase()) }
  return lastTime
}

const codesOf = (letters: string) =>
  Uint16Array.from(letters.match(/../g) ?? [], ([first, second]) => pairOf(first!, second!))
