import type { Clock } from '../clock.ts'
import { Problem } from '../problem.ts'
import type { Script } from '../script/script.ts'

/** Requests in windows of time, one window a rate; a window begins with its first request. */
export interface Rates {
  /** Counts a request. Throws a Problem where the window is full. */
  take(script: Script, clock: Clock): void
  /** Begins anew for scripts that are no longer there. */
  forget(scripts: readonly Script[]): void
  clear(): void
}

interface Window {
  endMs: number
  requests: number
}

export function makeRates(): Rates {
  const windows = new Map<string, Window>()
  return {
    take({ rate, name }, clock) {
      if (!rate) return
      const nowMs = clock.elapsed()
      const known = windows.get(rate.key)
      const window = known && nowMs < known.endMs ? known : { endMs: nowMs + rate.perMs, requests: 0 }
      windows.set(rate.key, window)
      if (window.requests >= rate.requests) throw tooMany(name, rate.requests, window.endMs - nowMs)
      window.requests += 1
    },
    forget(scripts) {
      for (const { rate } of scripts) if (rate) windows.delete(rate.key)
    },
    clear: () => windows.clear(),
  }
}

function tooMany(script: string, limit: number, leftMs: number): Problem {
  const seconds = String(Math.max(1, Math.ceil(leftMs / 1000)))
  return new Problem('rate_limited', `Rate limit exceeded: ${limit} requests. Try again in ${seconds} s.`, {
    extra: { script },
    headers: {
      'retry-after': seconds,
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': seconds,
    },
  })
}
