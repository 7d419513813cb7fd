import type { Clock } from '../clock.ts'
import type { OutputPart } from '../contract/parts.ts'
import type { FinishReason, Message } from '../contract/response.ts'
import type { CutKind, Manner, Pace } from '../script/script.ts'
import type { Lookup } from '../script/template.ts'
import type { Failure, ToolCall, TurnHead } from '../task/task.ts'
import type { Review, RunEvent, ServerCall } from './events.ts'
import type { Ids } from './ids.ts'

/** What a run waits for: a time, or somebody's review of a call. */
export type Pending = { kind: 'time'; untilMs: number } | { kind: 'review'; call: ServerCall }

/** What the player needs of the world around it. */
export interface Stage {
  head: TurnHead
  clock: Clock
  /** When the run began, as `clock.elapsed` tells. */
  beganMs: number
  ids: Ids
  /** A share from 0 to 1, for the jitter of pauses. */
  chance: () => number
  lookup: Lookup
  askedCharacters: number
  /** Whether somebody wants each chunk; without, only whole parts are told. */
  streamed: boolean
  /** Takes what happens. */
  log: RunEvent[]
}

/** A part of a run that may take time. */
export type Playing<T = void> = Generator<Pending, T, Review | undefined>

type TrailPart<Kind> = Extract<OutputPart, { kind: Kind }>

/** How far a run has come. */
export interface Progress {
  stage: Stage
  manner: Manner
  /** When the next thing is to happen. Pauses add up here, so that a late timer makes nothing later than it is. */
  dueMs: number
  /** Whether the first chunk is out. */
  begun: boolean
  parts: OutputPart[]
  messages: Message[]
  trail: { calls: TrailPart<'tool_call'>[]; results: TrailPart<'tool_result'>[] } | undefined
  calls: ToolCall[]
  finish: FinishReason
  failure: Failure | undefined
  over: boolean
  answeredCharacters: number
  cut: { kind: CutKind; afterChunks: number } | undefined
}

/** Before the first step. */
export function beginProgress(manner: Manner, stage: Stage): Progress {
  return {
    stage,
    manner,
    dueMs: stage.beganMs,
    begun: false,
    parts: [],
    messages: [],
    trail: undefined,
    calls: [],
    finish: 'stop',
    failure: undefined,
    over: false,
    answeredCharacters: 0,
    cut: undefined,
  }
}

export const nowOf = ({ stage }: Progress): number => stage.clock.elapsed()

/** Since the run began. What fits 32 bits is made to: V8 keeps such a number in its place, and boxes every other one. */
export function elapsed(progress: Progress): number {
  const ms = nowOf(progress) - progress.stage.beganMs
  return Math.abs(ms) < 2 ** 31 ? ms | 0 : ms
}

export function tell({ stage }: Progress, event: RunEvent): void {
  stage.log.push(event)
}

/** Lets time pass, counted from when the last thing was due. */
export function* pause(progress: Progress, ms: number): Playing {
  if (ms <= 0) return
  progress.dueMs += ms
  if (nowOf(progress) < progress.dueMs) yield { kind: 'time', untilMs: progress.dueMs }
}

/** The pause before a chunk. */
export function* pace(progress: Progress): Playing {
  const { firstMs, eachMs, jitter } = progress.manner.pace
  const ms = progress.begun ? eachMs : firstMs
  progress.begun = true
  if (typeof ms === 'object') return yield* pause(progress, longTailed(ms, progress.stage.chance))
  if (ms > 0) yield* pause(progress, jitter > 0 ? ms * (1 + jitter * (2 * progress.stage.chance() - 1)) : ms)
}

/** How many standard deviations above the middle the 99th percentile of a normal distribution lies. */
const z99 = 2.3263

/** Drawn from the log-normal distribution that has these percentiles: the logarithm is normal (Box and Muller). */
function longTailed({ p50Ms, p99Ms }: Exclude<Pace['eachMs'], number>, chance: () => number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - chance())) * Math.cos(2 * Math.PI * chance())
  return p50Ms * (p99Ms / p50Ms) ** (normal / z99)
}
