/** Watches folders and files, and calls `onChange` when a change is complete: once for changes that come together. */
interface Watcher {
  close(): Promise<void>
}

/** A file counts as written when its size has rested this long: editors and copies write in pieces. */
const settledMs = 150
const togetherMs = 50

export async function watchFixtures(paths: readonly string[], onChange: () => void): Promise<Watcher> {
  const { watch } = await import('chokidar')
  let timer: NodeJS.Timeout | undefined
  const watcher = watch([...paths], {
    ignoreInitial: true,
    atomic: true,
    awaitWriteFinish: { stabilityThreshold: settledMs, pollInterval: 30 },
  })
  watcher.on('all', () => {
    clearTimeout(timer)
    timer = setTimeout(onChange, togetherMs)
  })
  await new Promise(resolve => watcher.once('ready', () => resolve(undefined)))
  return {
    async close() {
      clearTimeout(timer)
      await watcher.close()
    },
  }
}
