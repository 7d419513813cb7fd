import { dirname, resolve, sep } from 'node:path'
import { leadsOut, statOf } from './regular-file.ts'

/** Watches folders and files, and calls `onChange` when a change is complete: once for changes that come together. */
interface Watcher {
  close(): Promise<void>
}

/** A file counts as written when its size has rested this long: editors and copies write in pieces. */
const settledMs = 150
const togetherMs = 50

/** A folder that goes away and comes back is found again, because its parent is watched for it. */
export async function watchFixtures(paths: readonly string[], onChange: () => void): Promise<Watcher> {
  const { watch } = await import('chokidar')
  const roots = paths.map(path => resolve(path))
  const parents = roots.map(root => dirname(root))
  const onTheWay = (path: string) =>
    parents.includes(path) || roots.some(root => path === root || path.startsWith(root + sep))
  // What is not read is not watched: a link may lead to all of a disk.
  const isElsewhere = (path: string) =>
    roots.some(root => path.startsWith(root + sep) && leadsOut(root, path)) || isSpecial(path)
  let timer: NodeJS.Timeout | undefined
  const watcher = watch([...new Set(parents)], {
    ignored: path => !onTheWay(resolve(path)) || isElsewhere(resolve(path)),
    ignoreInitial: true,
    // A folder that is just being looked into when all is closed is watched all the same; nobody is to wait for that.
    persistent: false,
    atomic: true,
    awaitWriteFinish: { stabilityThreshold: settledMs, pollInterval: 30 },
  })
  watcher.on('all', () => {
    clearTimeout(timer)
    timer = setTimeout(onChange, togetherMs)
  })
  // What may not be watched is not there for us; the fixtures themselves have been read.
  watcher.on('error', () => {})
  await new Promise(done => watcher.once('ready', () => done(undefined)))
  return {
    async close() {
      clearTimeout(timer)
      await watcher.close()
    },
  }
}

/** A pipe, a socket, a device: nothing that can change. */
function isSpecial(path: string): boolean {
  const stats = statOf(path)
  return stats !== undefined && !stats.isFile() && !stats.isDirectory()
}
