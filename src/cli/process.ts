import type { Streams } from './streams.ts'

/** The real process. A second signal ends it at once. */
export function processStreams(): Streams {
  const stopped = new Promise<void>(resolve => {
    let asked = false
    const ask = () => {
      if (asked) process.exit(130)
      asked = true
      resolve()
    }
    process.on('SIGTERM', ask)
    process.on('SIGINT', ask)
  })
  // Whoever reads our output may have gone; that is no reason to fail.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  return {
    out: text => void process.stdout.write(text),
    err: text => void process.stderr.write(text),
    stopped,
    terminal: process.stderr.isTTY,
  }
}
