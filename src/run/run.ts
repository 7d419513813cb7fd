import type { Cancel } from '../clock.ts'
import type { Script, Step } from '../script/script.ts'
import type { Failure, TurnHead } from '../task/task.ts'
import type { Outcome, Review, RunEvent, ServerCall } from './events.ts'
import { Break, play } from './play.ts'
import type { Pending, Stage } from './progress.ts'

/** A script being played against a task. Whoever watches reads `log` and is told when it grows. */
export interface Run {
  readonly head: TurnHead
  readonly taskId: string
  /** Everything that has happened so far. */
  readonly log: readonly RunEvent[]
  /** How it ended; undefined while it goes on. */
  outcome(): Outcome | undefined
  /** Calls `listener` after the log has grown and when the run has ended. */
  watch(listener: () => void): Cancel
  /** The call that waits for a review. */
  pendingReview(): ServerCall | undefined
  /** Decides the review that the run waits for; false where none waits. */
  settle(review: Review): boolean
  /** Breaks the run; false where it has ended. */
  fail(failure: Failure): boolean
  /** Ends the run without an outcome for the task. */
  abort(): void
}

type StageWithoutEmit = Omit<Stage, 'emit'>

/**
 * Plays until the first pause and returns; the clock does the rest. `onEnd` comes first of all watchers and may come
 * before this function has returned.
 */
export function startRun(
  taskId: string,
  script: Script,
  steps: readonly Step[],
  stage: StageWithoutEmit,
  onEnd: (outcome: Outcome) => void,
): Run {
  const log: RunEvent[] = []
  const listeners = new Set<() => void>()
  let outcome: Outcome | undefined
  let pending: Pending | undefined
  let cancel: Cancel = () => {}

  const playing = play(script, steps, { ...stage, emit: event => log.push(event) })
  const announce = () => {
    for (const listener of listeners) listener()
  }
  const end = (how: Outcome) => {
    pending = undefined
    outcome = how
    onEnd(how)
    announce()
    listeners.clear()
  }
  const go = ({ done, value }: IteratorResult<Pending, Outcome>) => {
    if (done) return end(value)
    pending = value
    if (value.kind === 'time') cancel = stage.clock.at(value.untilMs, () => go(playing.next()))
    announce()
  }

  go(playing.next())
  return {
    head: stage.head,
    taskId,
    log,
    outcome: () => outcome,
    pendingReview: () => (pending?.kind === 'review' ? pending.call : undefined),
    watch(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    settle(review) {
      if (pending?.kind !== 'review') return false
      go(playing.next(review))
      return true
    },
    fail(failure) {
      if (outcome) return false
      cancel()
      go(playing.throw(new Break(failure)))
      return true
    },
    abort() {
      if (outcome) return
      cancel()
      end({ kind: 'aborted' })
    },
  }
}
