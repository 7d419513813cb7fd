import { silent, type Log } from '../log.ts'
import { fill, type Filled, type Options, type Said } from './option.ts'
import { options } from './table.ts'

/** What only this project sets. */
interface Internals {
  /** How long a stream may be idle before it gets a comment. */
  keepAliveMs: number
  /** How long a request may take to arrive. */
  requestTimeoutMs: number
  log: Log
}

const internals: Internals = { keepAliveMs: 15_000, requestTimeoutMs: 120_000, log: silent }

/** Everything that is set about a mock. */
export type Settings = Filled<typeof options> & Internals

/** Settings as somebody gives them: what is undefined is left to the defaults. */
export type GivenSettings = Said<typeof options> & { [Key in keyof Internals]?: Internals[Key] | undefined }

export function withDefaults(given: GivenSettings, table: typeof options & Options = options): Settings {
  const { keepAliveMs, requestTimeoutMs, log } = internals
  return {
    ...fill(table, given),
    keepAliveMs: given.keepAliveMs ?? keepAliveMs,
    requestTimeoutMs: given.requestTimeoutMs ?? requestTimeoutMs,
    log: given.log ?? log,
  }
}
