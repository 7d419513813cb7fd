/** The world outside the process, passed in so that tests can be it. */
export interface Streams {
  out(text: string): void
  err(text: string): void
  /** Resolves when the process is asked to stop. */
  stopped: Promise<void>
  /** Whether a person reads standard error. */
  terminal: boolean
}

/** What the process says with its end. */
export const exitCode = { done: 0, failure: 1, usage: 2, badFixtures: 3, portInUse: 4 } as const

/** A command line that cannot be followed. */
export class UsageError extends Error {}
