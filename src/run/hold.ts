import type { Clock } from '../clock.ts'
import type { Hold } from '../script/script.ts'

/** How long a background task shows itself in progress, whatever its run does. */
export interface Veil {
  up(): boolean
  /** One GET has been answered. */
  poll(): void
  lift(): void
}

export const noVeil: Veil = { up: () => false, poll() {}, lift() {} }

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
    up: () => !lifted && !over(),
    poll: () => void (polls += 1),
    lift: () => void (lifted = true),
  }
}
