import type { Streams } from './streams.ts'

/** The real process. */
export function processStreams(): Streams {
  // Whoever reads our output may have gone; that is no reason to fail.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  return {
    out: text => void process.stdout.write(text),
    err: text => void process.stderr.write(text),
    terminal: process.stderr.isTTY,
    exit: code => process.exit(code),
    onSignal(listener) {
      for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, listener)
    },
  }
}
