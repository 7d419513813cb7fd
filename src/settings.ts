import { silent, type Log } from './log.ts'
import type { Fixtures } from './script/live-library.ts'
import type { Hold, Pace } from './script/script.ts'

/** Everything that can be set about a mock. */
export interface Settings {
  fixtures: Fixtures
  /** Whether it is a fault that they hold no script. */
  requireFixtures: boolean
  /** Whether changed fixtures are read again. */
  watch: boolean
  /** What answers a request that no script matches. */
  unmatched: 'error' | 'echo'
  /** Overrides the fixtures, as `hold` does. */
  pace: Pace | undefined
  hold: Hold | undefined
  /** The same seed and requests give the same ids. */
  seed: string | undefined
  /** A manual clock stands still until it is told to move. */
  clock: 'real' | 'manual'
  /** Only these; undefined: any. */
  apiKeys: readonly string[] | undefined
  adminToken: string | undefined
  allowHosts: readonly string[]
  corsOrigin: string
  /** Bytes. */
  maxBody: number
  /** In each workspace. */
  maxTasks: number
  maxWorkspaces: number
  /** Entries of the journal in each workspace. */
  maxRequests: number
  /** Of the journal in each workspace. */
  maxJournalBytes: number
  maxStreams: number
  /** How long a stream may be idle before it gets a comment. */
  keepAliveMs: number
  /** How long a request may take to arrive. */
  requestTimeoutMs: number
  log: Log
}

const defaults: Settings = {
  fixtures: [],
  requireFixtures: false,
  watch: false,
  unmatched: 'error',
  pace: undefined,
  hold: undefined,
  seed: undefined,
  clock: 'real',
  apiKeys: undefined,
  adminToken: undefined,
  allowHosts: [],
  corsOrigin: '*',
  maxBody: 20 * 2 ** 20,
  maxTasks: 1000,
  maxWorkspaces: 2000,
  maxRequests: 1000,
  maxJournalBytes: 16 * 2 ** 20,
  maxStreams: 10_000,
  keepAliveMs: 15_000,
  requestTimeoutMs: 120_000,
  log: silent,
}

/** Settings as somebody gives them: what is undefined is left to the defaults. */
export type GivenSettings = { [Key in keyof Settings]?: Settings[Key] | undefined }

export function withDefaults(given: GivenSettings): Settings {
  const said = Object.entries(given).filter(([, value]) => value !== undefined)
  return { ...defaults, ...Object.fromEntries(said) }
}
