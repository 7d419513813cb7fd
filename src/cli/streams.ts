import { makeLog, type Log, type LogLevel } from '../log.ts'

/** The world outside the program, passed in so that tests can be it. */
export interface Streams {
  out(text: string): void
  err(text: string): void
  /** Whether a person reads standard error. */
  terminal: boolean
  /** Calls `listener` each time the program is asked to stop. */
  onSignal(listener: (signal: NodeJS.Signals) => void): void
  /** Ends the program on the spot. */
  exit(code: number): void
}

/** Lines for a person, JSON for a program. */
export const logTo = ({ terminal, err }: Streams, level: LogLevel): Log =>
  makeLog({ level, plain: terminal, write: err })

/** What the program says with its end. */
export const exitCode = { done: 0, failure: 1, usage: 2, badFixtures: 3, portInUse: 4 } as const

/** A command line that cannot be followed. */
export class UsageError extends Error {}
