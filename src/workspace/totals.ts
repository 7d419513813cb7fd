import type { Script } from '../script/script.ts'

/** What a server has done since it started. Resets do not touch it. */
export interface Totals {
  requests: number
  /** Of the requests, those that reached no script, no route or no workspace. */
  unmatched: number
  unknownRoutes: number
  unauthorized: number
  /** Of the requests, and of what is none, what was turned away for another reason. */
  refused: number
  /** Open now. */
  streams: number
  /** Counts an unmatched request; `line` tells it to people. */
  miss(line: string): void
  /** The first so many different lines, and how often each was told. */
  misses(): ReadonlyMap<string, number>
  play(script: Script): void
  played(script: Script): number
}

const mostMisses = 100

export function makeTotals(): Totals {
  const played = new Map<string, number>()
  const misses = new Map<string, number>()
  const totals: Totals = {
    requests: 0,
    unmatched: 0,
    unknownRoutes: 0,
    unauthorized: 0,
    refused: 0,
    streams: 0,
    miss(line) {
      totals.unmatched += 1
      const times = misses.get(line) ?? 0
      if (times > 0 || misses.size < mostMisses) misses.set(line, times + 1)
    },
    misses: () => misses,
    play: script => void played.set(script.key, (played.get(script.key) ?? 0) + 1),
    played: script => played.get(script.key) ?? 0,
  }
  return totals
}
