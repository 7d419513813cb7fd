import type { Clock } from '../clock.ts'
import type { Hold } from '../script/script.ts'
import type { TaskHold } from '../task/store.ts'

/** How long a background task shows itself in progress, whatever its run does. */
export interface Veil extends TaskHold {
  /** One GET has been answered. */
  poll(): void
  lift(): void
}

export const noVeil: Veil = { claim: 'weak', up: () => false, poll() {}, lift() {} }

/** Begins with the POST. */
export function drawVeil(hold: Hold, clock: Clock): Veil {
  let lifted = false
  let polls = 0
  const fromMs = clock.elapsed()
  const over = () => {
    switch (hold.kind) {
      case 'polls':
        return polls >= hold.polls
      case 'time':
        return clock.elapsed() >= fromMs + hold.forMs
      case 'manual':
        return false
    }
  }
  return {
    claim: hold.kind === 'polls' ? 'weak' : 'firm',
    up: () => !lifted && !over(),
    poll: () => void (polls += 1),
    lift: () => void (lifted = true),
  }
}
