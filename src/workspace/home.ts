import { realClock, type Clock } from '../clock.ts'
import { makeJournal, type Journal, type JournalLimits } from './journal.ts'

/** Where a request is written down: the workspace of its key, or the place for requests that have none. */
export interface Home {
  /** Of the workspace, if it is one. */
  fingerprint: string | undefined
  journal: Journal
  clock(): Clock
}

const mostRequests = 100
const mostBytes = 2 ** 20

/** The place for requests without a workspace. Anybody can send them, so that few are kept. */
export function makeOutside({ maxRequests, maxJournalBytes }: JournalLimits, tell: () => void): Home {
  const limits = {
    maxRequests: Math.min(maxRequests, mostRequests),
    maxJournalBytes: Math.min(maxJournalBytes, mostBytes),
  }
  const journal = makeJournal(limits, tell)
  return { fingerprint: undefined, journal, clock: () => realClock }
}
