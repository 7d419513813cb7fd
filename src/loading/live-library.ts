import { realClock } from '../clock.ts'
import type { Log } from '../log.ts'
import { FixtureError, type PlacedFault } from '../language/fault.ts'
import { foldersWithout, readFixtures } from './folder.ts'
import { buildLibrary, type Library } from '../matching/library.ts'
import { loadScripts } from './load.ts'
import { summaryOf } from './summary.ts'
import { watchFixtures } from './watch.ts'

/** Folders, files, or fixtures as objects. */
type Fixtures = readonly (string | object)[]

/** How the fixtures of a running server stand. */
export interface FixturesState {
  watching: boolean
  /** When they were last read again without a fault. */
  reloadedAtMs: number | undefined
  /** Why what is there now is not what plays; undefined where it is. */
  failure: { atMs: number; faults: readonly PlacedFault[]; total: number } | undefined
}

interface Terms {
  fixtures: Fixtures
  /** Whether it is a fault that they hold no script. */
  requireFixtures: boolean
  /** Whether they are read again when they change. */
  watch: boolean
  log: Log
}

/** The library of a running server: always the last one that was without faults. */
interface LiveLibrary {
  current(): Library
  state(): FixturesState
  close(): Promise<void>
}

/** Throws a FixtureError when the first load has faults; later ones are logged and the old scripts go on. */
export async function openLibrary({ fixtures, requireFixtures, watch, log }: Terms): Promise<LiveLibrary> {
  const paths = fixtures.filter(fixture => typeof fixture === 'string')
  const load = async () => {
    const library = buildLibrary(await loadScripts(await readFixtures(fixtures)))
    const empty = foldersWithout(paths)
    if (library.scripts.length === 0 && requireFixtures) throw noScript(empty)
    for (const folder of empty) log.warn(`${folder}: ${noFile}`)
    if (library.scripts.length === 0) log.warn('there is no script: every request gets a 404')
    return library
  }
  let library = await load()

  const watched = watch && paths.length > 0
  let state: FixturesState = { watching: watched, reloadedAtMs: undefined, failure: undefined }
  const reload = async () => {
    try {
      library = await load()
      state = { watching: watched, reloadedAtMs: realClock.now(), failure: undefined }
      log.info(`fixtures reloaded: ${summaryOf(library.scripts)}`)
    } catch (error) {
      const faults = error instanceof FixtureError ? error.faults : [{ place: 'fixtures', message: String(error) }]
      const total = error instanceof FixtureError ? error.total : 1
      state = { ...state, failure: { atMs: realClock.now(), faults, total } }
      if (!(error instanceof FixtureError)) throw error
      log.error(`fixtures not reloaded, the old ones go on:\n${error.message}`, { faults, total: error.total })
    }
  }
  const watcher = watched ? await watchFixtures(paths, inTurn(reload, log)) : undefined
  return {
    current: () => library,
    state: () => state,
    close: async () => watcher?.close(),
  }
}

const noFile = 'there is no fixture in it (a file that ends in .yaml, .yml or .json). Is it the right folder?'

function noScript(empty: readonly string[]): FixtureError {
  const faults = empty.map(place => ({ place, message: noFile }))
  return new FixtureError(faults.length > 0 ? faults : [{ place: 'fixtures', message: 'there is none' }])
}

/** One at a time, so that an older state of the files never replaces a newer one. */
function inTurn(work: () => Promise<void>, log: Log): () => void {
  let last = Promise.resolve()
  return () => {
    last = last.then(work).catch((error: unknown) => log.error(`fixtures not reloaded: ${String(error)}`))
  }
}
