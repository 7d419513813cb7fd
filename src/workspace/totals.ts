import type { Script } from '../script/script.ts'

/** What a server has done since it started. Resets do not touch it. */
export interface Totals {
  requests: number
  unmatched: number
  streams: number
  play(script: Script): void
  played(script: Script): number
}

export function makeTotals(): Totals {
  const played = new Map<string, number>()
  return {
    requests: 0,
    unmatched: 0,
    /** Open now. */
    streams: 0,
    play: script => void played.set(script.key, (played.get(script.key) ?? 0) + 1),
    played: script => played.get(script.key) ?? 0,
  }
}
