import { encodeTime } from 'ulid'
import type { Clock } from '../clock.ts'

/** Where the ids of one turn come from: the same turn gets the same ids. */
export interface Ids {
  clock: Clock
  /** Answers 32 bits of chance, as a whole number from 0. */
  random: () => number
}

/** An upper-case ULID, ten letters of time and sixteen of chance. */
export function drawUlid(ids: Ids): string {
  return take(putUlid(0, ids))
}

/** `text_01j…`: a kind and a lower-case ULID. */
export function drawPrefixed(ids: Ids, kind: string): string {
  const from = scratch.write(`${kind}_`, 'latin1')
  return take(putUlid(from, ids, 'lower'))
}

/** The ids that every turn has, as one text: eight texts would cost more to draw, and would be most of what is kept. */
export class TurnIds {
  readonly #text: string

  constructor(ids: Ids) {
    let end = scratch.write('resp_', 'latin1')
    for (let ulid = 0; ulid < 4; ulid += 1) end = putUlid(end, ids)
    for (let word = 0; word < 6; word += 1) end = putHex(end, ids.random())
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

/** Where ids are put together, letter by letter: one flat text comes out. */
const scratch = Buffer.alloc(256)
const take = (end: number): string => scratch.toString('latin1', 0, end)

const codesOf = (letters: string) => Uint8Array.from(letters, letter => letter.charCodeAt(0))
/** Crockford's alphabet, as ULIDs have it. */
const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const alphabets = { upper: codesOf(crockford), lower: codesOf(crockford.toLowerCase()) }
const hexDigits = codesOf('0123456789abcdef')

/** Each of these answers where the next letter goes. */
function putUlid(from: number, { clock, random }: Ids, letterCase: 'upper' | 'lower' = 'upper'): number {
  const letters = alphabets[letterCase]
  const time = timeOf(clock.now())[letterCase]
  for (let index = 0; index < 10; index += 1) scratch[from + index] = time[index]!
  putBits(from + 10, random(), 6, letters)
  putBits(from + 16, random(), 6, letters)
  return putBits(from + 22, random(), 4, letters)
}

function putBits(from: number, bits: number, count: number, letters: Uint8Array): number {
  for (let index = 0; index < count; index += 1) scratch[from + index] = letters[(bits >>> (5 * index)) & 31]!
  return from + count
}

function putHex(from: number, bits: number): number {
  for (let index = 0; index < 8; index += 1) scratch[from + index] = hexDigits[(bits >>> (4 * index)) & 15]!
  return from + 8
}

let lastMs = -1
let lastTime = { upper: new Uint8Array(), lower: new Uint8Array() }

/** Many ids are drawn in the same millisecond. */
function timeOf(ms: number): typeof lastTime {
  if (ms === lastMs) return lastTime
  const time = encodeTime(ms, 10)
  lastMs = ms
  lastTime = { upper: codesOf(time), lower: codesOf(time.toLowerCase()) }
  return lastTime
}
