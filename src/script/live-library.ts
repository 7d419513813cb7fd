import type { Log } from '../log.ts'
import { FixtureError } from './fault.ts'
import { foldersWithout, readFixtures } from './folder.ts'
import { buildLibrary, type Library } from './library.ts'
import { loadScripts } from './load.ts'
import type { FixtureFile } from './shape.ts'
import { summaryOf } from './summary.ts'
import { watchFixtures } from './watch.ts'

/** Folders, files, or fixtures as objects. */
export type Fixtures = readonly (string | FixtureFile)[]

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

  const reload = async () => {
    try {
      library = await load()
      log.info(`fixtures reloaded: ${summaryOf(library.scripts)}`)
    } catch (error) {
      if (!(error instanceof FixtureError)) throw error
      log.error(`fixtures not reloaded, the old ones go on:\n${error.message}`, { faults: error.faults })
    }
  }
  const watcher = watch && paths.length > 0 ? await watchFixtures(paths, inTurn(reload, log)) : undefined
  return {
    current: () => library,
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
