import { askedOf, type AdminContext } from './admin/context.ts'
import { entriesOf } from './admin/requests.ts'
import { advanceClocks, demandManualClock } from './admin/state.ts'
import { viewEntry, type JournalEntry as Entry } from './admin/journal-view.ts'
import type { Expectation as Expected } from './admin/expectation.ts'
import { demandExpectations } from './admin/verify-route.ts'
import { makeLog } from './log.ts'
import { text, toggle, whole } from './options/kinds.ts'
import { within } from './options/kinds-of-fixtures.ts'
import { fill, type Given, type Options } from './options/option.ts'
import { demand, readOptions } from './options/read.ts'
import { withDefaults } from './options/settings.ts'
import { guestOptions } from './options/table.ts'
import type { Fixture as WrittenFixture, Hold as WrittenHold, Pace as WrittenPace } from './language/fixture-type.ts'
import { makeServer } from './server.ts'

export { FixtureError } from './language/fault.ts'
export type Expectation = Expected
export type Fixture = WrittenFixture
export type Hold = WrittenHold
export type JournalEntry = Entry
export type Pace = WrittenPace

/** What options were called before they were called as the flags are. */
interface FormerNames {
  /** @deprecated Now `apiKey`. */
  apiKeys?: MockOptions['apiKey']
  /** @deprecated Now `allowHost`. */
  allowHosts?: MockOptions['allowHost']
}
const formerNames = { apiKeys: 'apiKey', allowHosts: 'allowHost' } as const satisfies Record<keyof FormerNames, string>

/** The flags, in camel case. All are optional: without options, the shipped examples play on a free port of 127.0.0.1. */
export interface MockOptions extends Given<typeof guestOptions>, FormerNames {}

export interface VerifyOptions {
  /** They came in this order. */
  ordered?: boolean | undefined
  /** Waits for them, in real time: a duration up to 60s. */
  within?: string | undefined
}

/** What one API key has done, or all of them. */
export interface MockView {
  /** The request journal, oldest first. */
  requests(): JournalEntry[]
  /** Rejects, with an account for people, if an expectation does not hold: at once, or after `within`, such as `2s`. */
  verify(expectations: readonly Expectation[], options?: VerifyOptions): Promise<void>
  /** Tasks, journal, counters, ids and clock back to the start; what runs ends where it stands. */
  reset(): void
  /** Moves a manual clock (`clock: 'manual'`) by `ms` milliseconds, playing what falls due. Throws with the real clock. */
  advance(ms: number): void
}

/** A running mock. Without `as`, its calls are about all API keys. */
export interface Mock extends MockView {
  /** Where it listens: `http://127.0.0.1:41234`, with `https` and the path if it has them. */
  readonly url: string
  /** The view of one API key. */
  as(key: string): MockView
  /** Ends what is open and stops. */
  close(): Promise<void>
}

/**
 * Starts a mock in this process. Several share nothing. Rejects with a FixtureError for fixtures that are wrong, with a
 * TypeError for any other option that is.
 */
export async function startMock(options: MockOptions = {}): Promise<Mock> {
  const settings = withDefaults(readOptions(guestOptions, options, formerNames), guestOptions)
  const log = makeLog({
    level: settings.logLevel,
    plain: process.stderr.isTTY,
    write: text => void process.stderr.write(text),
  })
  const server = await makeServer({ ...settings, log })
  const url = await server.listen().catch(async (error: unknown) => {
    await server.close()
    throw error
  })
  return {
    url,
    ...viewOf(undefined, server.admin),
    as: key => viewOf(demand('key', text, key), server.admin),
    close: once(() => server.close()),
  }
}

const verifyOptions = {
  ordered: { kind: toggle, default: 'false', help: '' },
  within: { kind: within, default: '0s', help: '' },
} satisfies Options

function viewOf(key: string | undefined, admin: AdminContext): MockView {
  const { workspaces } = admin
  return {
    requests: () => entriesOf(askedOf(key, admin).homes).map(({ home, entry }) => viewEntry(home, entry)),
    async verify(expectations, options = {}) {
      const { ordered, within: withinMs } = fill(verifyOptions, readOptions(verifyOptions, options))
      await demandExpectations(admin, expectations, { token: key, ordered, withinMs, end: admin.ending })
    },
    reset() {
      if (key === undefined) admin.resetAll()
      else workspaces.reset(key)
    },
    advance(ms) {
      demandManualClock(admin.manualClock)
      const forMs = demand('ms', whole(0), ms)
      advanceClocks(key === undefined ? workspaces.all() : [workspaces.of(key)], forMs)
    },
  }
}

function once(close: Mock['close']): () => Promise<void> {
  let closing: Promise<void> | undefined
  return () => (closing ??= close())
}
