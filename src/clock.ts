/** Takes back an action that has not happened yet. */
export type Cancel = () => void

/**
 * Where time comes from, in milliseconds. What o'clock it is and how long things take are told apart: somebody may set
 * the clock of the machine, and nothing takes longer for that.
 */
export interface Clock {
  /** Since 1970. */
  now(): number
  /** Since some moment in the past; never goes back. */
  elapsed(): number
  /** Does the action once `elapsed()` has reached `dueMs`; never before `at` has returned. */
  at(dueMs: number, action: () => void): Cancel
  /** Moves on by `ms`, doing what falls due in the order of its time; returns when all of it is done. Manual clocks only. */
  advance?(ms: number): void
}

/** setTimeout turns a longer delay into none. */
const longestTimeoutMs = 2 ** 31 - 1

export const realClock: Clock = {
  // Called as it stands now: tests set it.
  now: () => Date.now(),
  elapsed: () => Math.floor(performance.now()),
  at(dueMs, action) {
    let timer: NodeJS.Timeout
    const arm = () => {
      timer = setTimeout(fire, Math.min(Math.max(dueMs - performance.now(), 1), longestTimeoutMs))
    }
    // A timer may fire a millisecond early, and a long delay comes in several legs.
    const fire = () => (performance.now() < dueMs ? arm() : action())
    arm()
    return () => clearTimeout(timer)
  },
}

/** The same clock, whose actions end nothing but themselves: nobody else would catch what they throw. */
export function guarded(clock: Clock, onFault: (error: unknown) => void): Clock {
  return {
    ...clock,
    at: (dueMs, action) =>
      clock.at(dueMs, () => {
        try {
          action()
        } catch (error) {
          onFault(error)
        }
      }),
  }
}

interface Alarm {
  dueMs: number
  action: () => void
}

/** A clock that only moves when told. It starts at 2026-01-01, so that a transcript is the same every day. */
export function manualClock(startMs = Date.UTC(2026, 0, 1)): Clock & Required<Pick<Clock, 'advance'>> {
  let nowMs = startMs
  const alarms: Alarm[] = []

  const cancel = (alarm: Alarm) => {
    const index = alarms.indexOf(alarm)
    if (index >= 0) alarms.splice(index, 1)
  }
  const next = (untilMs: number) => {
    const [first] = alarms
    return first && first.dueMs <= untilMs ? alarms.shift() : undefined
  }

  // Pauses with jitter end between two milliseconds.
  const now = () => Math.floor(nowMs)
  return {
    now,
    elapsed: now,
    at(dueMs, action) {
      const alarm = { dueMs, action }
      const later = alarms.findIndex(other => other.dueMs > dueMs)
      alarms.splice(later < 0 ? alarms.length : later, 0, alarm)
      return () => cancel(alarm)
    },
    advance(ms) {
      const untilMs = nowMs + ms
      for (let alarm = next(untilMs); alarm; alarm = next(untilMs)) {
        nowMs = Math.max(nowMs, alarm.dueMs)
        alarm.action()
      }
      nowMs = untilMs
    },
  }
}
