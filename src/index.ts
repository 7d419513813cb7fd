import { demandExpectations, entriesOf } from './admin/requests.ts'
import { advanceClock, demandManualClock } from './admin/state.ts'
import { viewEntry, type JournalEntry as Entry } from './admin/journal-view.ts'
import type { Expectation as Expected } from './admin/verify.ts'
import { shippedFixtures } from './package-files.ts'
import { compileHold, compilePace } from './script/compile.ts'
import type { FixtureFile, Hold as HoldShape, Pace as PaceShape } from './script/shape.ts'
import { makeServer, type Mock as Server } from './server.ts'
import type { Settings } from './settings.ts'
import type { Workspace } from './workspace/workspace.ts'

export { FixtureError } from './script/fault.ts'
export type Expectation = Expected
export type Fixture = FixtureFile
export type Hold = HoldShape
export type JournalEntry = Entry
export type Pace = PaceShape

/** Everything is optional: without options, the shipped examples play on a free port of 127.0.0.1. */
export interface MockOptions extends Partial<
  Omit<Settings, 'fixtures' | 'pace' | 'hold' | 'log' | 'keepAliveMs' | 'requestTimeoutMs'>
> {
  /** Folders or files, fixtures as objects, or a mixture. */
  fixtures?: string | FixtureFile | readonly (string | FixtureFile)[]
  /** Default 0: a free one. */
  port?: number
  /** Default 127.0.0.1. */
  host?: string
  /** Overrides the fixtures; as they write it. */
  pace?: Pace
  /** Overrides the fixtures; as they write it. */
  hold?: Hold
}

/** What one API key has done, or all of them. */
export interface MockView {
  /** The request journal, oldest first. */
  requests(): JournalEntry[]
  /** Rejects, with an account for people, if an expectation does not hold. */
  verify(expectations: readonly Expectation[], options?: { ordered?: boolean }): Promise<void>
  /** Tasks, journal, counters, ids and clock back to the start; what runs ends where it stands. */
  reset(): void
  /** Moves a manual clock (`clock: 'manual'`) by `ms` milliseconds, playing what falls due. Throws with the real clock. */
  advance(ms: number): void
}

/** A running mock. Without `as`, its calls are about all API keys. */
export interface Mock extends MockView {
  /** Where it listens: `http://127.0.0.1:41234`. */
  readonly url: string
  /** The view of one API key. */
  as(key: string): MockView
  /** Ends what is open and stops. */
  close(): Promise<void>
}

/** Starts a mock in this process. Several share nothing. Rejects with a FixtureError for fixtures that are wrong. */
export async function startMock(options: MockOptions = {}): Promise<Mock> {
  const { fixtures = shippedFixtures, port = 0, host = '127.0.0.1', pace, hold, ...settings } = options
  const server = await makeServer({
    ...settings,
    fixtures: [fixtures].flat(),
    pace: pace && compilePace(pace),
    hold: hold && compileHold(hold),
  })
  const url = await server.listen(port, host).catch(async (error: unknown) => {
    await server.close()
    throw error
  })
  const all = viewOf(() => server.workspaces.all(), server)
  return {
    url,
    ...all,
    reset: server.resetAll,
    as: key => viewOf(() => [server.workspaces.of(key)], server),
    close: once(() => server.close()),
  }
}

function viewOf(workspaces: () => Workspace[], server: Server): MockView {
  return {
    requests: () => entriesOf(workspaces()).map(({ workspace, entry }) => viewEntry(workspace, entry)),
    async verify(expectations, { ordered = false } = {}) {
      demandExpectations(workspaces(), expectations, ordered)
    },
    reset() {
      for (const workspace of workspaces()) workspace.reset()
    },
    advance(ms) {
      demandManualClock(server.manualClock)
      for (const workspace of workspaces()) advanceClock(workspace, ms)
    },
  }
}

function once(close: Server['close']): () => Promise<void> {
  let closing: Promise<void> | undefined
  return () => (closing ??= close())
}
