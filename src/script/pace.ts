import { durationMs } from '../language/duration.ts'
import type { Hold as HoldShape, Pace as PaceShape } from '../language/shape.ts'
import type { Hold, Pace } from './script.ts'

const instant: Pace = { headersMs: 0, firstMs: 0, eachMs: 0, jitter: 0 }
const realistic: Pace = { headersMs: 0, firstMs: 300, eachMs: 30, jitter: 0.2 }

export function compilePace(pace: PaceShape | undefined): Pace {
  if (pace === undefined || pace === 'instant') return instant
  if (pace === 'realistic') return realistic
  const { headers, first, each, jitter = 0 } = pace
  return { headersMs: durationMs(headers), firstMs: durationMs(first), eachMs: eachOf(each), jitter }
}

function eachOf(each: Exclude<PaceShape, string>['each']): Pace['eachMs'] {
  if (typeof each !== 'object') return durationMs(each)
  return { p50Ms: durationMs(each.p50), p99Ms: durationMs(each.p99) }
}

export function compileHold(hold: HoldShape | undefined): Hold {
  if (hold === undefined) return { kind: 'polls', polls: 1 }
  if (hold === 'manual') return { kind: 'manual' }
  return 'polls' in hold ? { kind: 'polls', polls: hold.polls } : { kind: 'time', forMs: durationMs(hold.for) }
}
