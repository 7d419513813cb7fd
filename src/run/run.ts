import type { Cancel, Clock } from '../clock.ts'
import type { Manner, Step } from '../script/script.ts'
import type { Failure, TurnHead } from '../task/task.ts'
import type { Ending, Outcome, Review, RunEvent, ServerCall } from './events.ts'
import { Break, play } from './play.ts'
import type { Pending, Playing, Stage } from './progress.ts'

/** A script being played against a task. Whoever watches reads `log` and is told when it grows. */
export interface Run {
  readonly taskId: string
  readonly head: TurnHead
  readonly manner: Manner
  /** Everything that has happened so far. */
  readonly log: readonly RunEvent[]
  /** How it ended; undefined while it goes on. */
  outcome: Outcome | undefined
  /** What it takes to go on; gone when the run has ended, since ended runs are kept for the journal. */
  motor: Motor | undefined
}

interface Motor {
  playing: Playing<Ending>
  clock: Clock
  pending: Pending | undefined
  cancel: Cancel
  listeners: Set<() => void>
  onEnd: (outcome: Outcome) => void
}

const nothingToCancel: Cancel = () => {}

/**
 * Plays until the first pause and returns; the clock does the rest. `onEnd` comes first of all watchers and may come
 * before this function has returned.
 */
export function startRun(
  taskId: string,
  manner: Manner,
  steps: readonly Step[],
  stage: Stage,
  onEnd: (outcome: Outcome) => void,
): Run {
  const playing = play(manner, steps, stage)
  const first = playing.next()
  if (first.done) {
    onEnd(first.value)
    return { taskId, head: stage.head, manner, log: [...stage.log], outcome: first.value, motor: undefined }
  }
  const run: Run = { taskId, head: stage.head, manner, log: stage.log, outcome: undefined, motor: undefined }
  const { clock } = stage
  run.motor = { playing, clock, pending: undefined, cancel: nothingToCancel, listeners: new Set(), onEnd }
  go(run, run.motor, first)
  return run
}

/** Calls `listener` after the log has grown and when the run has ended. */
export function watchRun({ motor }: Run, listener: () => void): Cancel {
  motor?.listeners.add(listener)
  return () => motor?.listeners.delete(listener)
}

/** The call that waits for a review. */
export function pendingReview({ motor }: Run): ServerCall | undefined {
  return motor?.pending?.kind === 'review' ? motor.pending.call : undefined
}

/** Decides the review that the run waits for; false where none waits. */
export function settleReview(run: Run, review: Review): boolean {
  const { motor } = run
  if (motor?.pending?.kind !== 'review') return false
  go(run, motor, motor.playing.next(review))
  return true
}

/** Makes the run fail where it stands; false where it has ended. */
export function failRun(run: Run, failure: Failure): boolean {
  const { motor } = run
  if (!motor) return false
  motor.cancel()
  go(run, motor, motor.playing.throw(new Break(failure)))
  return true
}

/** Ends the run without an outcome for its task. */
export function abortRun(run: Run): void {
  const { motor } = run
  if (!motor) return
  motor.cancel()
  end(run, motor, { type: 'aborted' })
}

function go(run: Run, motor: Motor, { done, value }: IteratorResult<Pending, Ending>): void {
  if (done) return end(run, motor, value)
  motor.pending = value
  if (value.kind === 'time') motor.cancel = motor.clock.at(value.untilMs, () => go(run, motor, motor.playing.next()))
  announce(motor)
}

function end(run: Run, motor: Motor, outcome: Outcome): void {
  run.outcome = outcome
  run.motor = undefined
  motor.onEnd(outcome)
  announce(motor)
}

function announce({ listeners }: Motor): void {
  for (const listener of listeners) listener()
}
