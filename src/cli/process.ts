import type { Streams } from './streams.ts'

/** The real process. A second signal ends it at once. */
export function processStreams(): Streams {
  // Whoever reads our output may have gone; that is no reason to fail.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  return {
    out: text => void process.stdout.write(text),
    err: text => void process.stderr.write(text),
    terminal: process.stderr.isTTY,
    onSignal(listener) {
      let asked = false
      for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
        process.on(signal, () => {
          if (asked) process.exit(1)
          asked = true
          listener(signal)
        })
    },
  }
}
