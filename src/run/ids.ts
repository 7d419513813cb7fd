import { ulid } from 'ulid'
import type { Clock } from '../clock.ts'

/** Ids of one turn, all from one source of chance, so that the same turn gets the same ids. */
export interface Ids {
  /** An upper-case ULID: 26 characters. */
  ulid(): string
  /** `text_01j…`: a kind and a lower-case ULID. */
  prefixed(kind: string): string
  /** So many lower-case hexadecimal digits. */
  hex(digits: 16 | 32): string
}

/** `random` answers numbers from 0 up to, not including, 1. */
export function makeIds(clock: Clock, random: () => number): Ids {
  const next = () => ulid(clock.now(), random)
  const word = () =>
    Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0')
  return {
    ulid: next,
    prefixed: kind => `${kind}_${next().toLowerCase()}`,
    hex: digits => (digits === 16 ? word() + word() : word() + word() + word() + word()),
  }
}
