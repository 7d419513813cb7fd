import type { Log } from '../log.ts'
import { FixtureError } from './fault.ts'
import { readFixtures } from './folder.ts'
import { buildLibrary, type Library } from './library.ts'
import { loadScripts } from './load.ts'
import type { FixtureFile } from './shape.ts'
import { summaryOf } from './summary.ts'
import { watchFixtures } from './watch.ts'

/** Folders, files, or fixtures as objects. */
export type Fixtures = readonly (string | FixtureFile)[]

/** The library of a running server: always the last one that was without faults. */
interface LiveLibrary {
  current(): Library
  close(): Promise<void>
}

/** Throws a FixtureError when the first load has faults; later ones are logged and the old scripts go on. */
export async function openLibrary(fixtures: Fixtures, watching: boolean, log: Log): Promise<LiveLibrary> {
  let library = await load(fixtures)
  if (library.scripts.length === 0) log.warn('there is no script: every request will be answered with a 404')

  const reload = async () => {
    try {
      library = await load(fixtures)
      log.info(`fixtures reloaded: ${summaryOf(library.scripts)}`)
    } catch (error) {
      if (!(error instanceof FixtureError)) throw error
      log.error(`fixtures not reloaded, the old ones go on:\n${error.message}`, {
        faults: error.faults,
        total: error.total,
      })
    }
  }
  const paths = fixtures.filter(fixture => typeof fixture === 'string')
  const watcher = watching && paths.length > 0 ? await watchFixtures(paths, inTurn(reload, log)) : undefined
  return {
    current: () => library,
    close: async () => watcher?.close(),
  }
}

async function load(fixtures: Fixtures): Promise<Library> {
  return buildLibrary(await loadScripts(await readFixtures(fixtures)))
}

/** One at a time, so that an older state of the files never replaces a newer one. */
function inTurn(work: () => Promise<void>, log: Log): () => void {
  let last = Promise.resolve()
  return () => {
    last = last.then(work).catch((error: unknown) => log.error(`fixtures not reloaded: ${String(error)}`))
  }
}
