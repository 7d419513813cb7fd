import { withDefaults } from '../options/settings.ts'
import type { options } from '../options/table.ts'
import { makeServer } from '../server.ts'
import { demandNoArgument, type Parsed } from './flags.ts'
import { exitCode, logTo, type Streams } from './streams.ts'

/** Serves until it is asked to stop. */
export async function serve({ values, ...words }: Parsed<typeof options>, streams: Streams): Promise<number> {
  demandNoArgument('serve', words)
  const stopped = untilAsked(streams)
  const settings = withDefaults(values)
  const mock = await makeServer({ ...settings, log: logTo(streams, settings.logLevel) })
  try {
    const url = await mock.listen()
    streams.out(`ready ${url} (${mock.summary()})\n`)
    await stopped
  } finally {
    await mock.close()
  }
  return exitCode.done
}

/** A second signal ends the program at once. */
function untilAsked(streams: Streams): Promise<void> {
  return new Promise(resolve => {
    let asked = false
    streams.onSignal(() => {
      if (asked) streams.exit(exitCode.failure)
      asked = true
      resolve()
    })
  })
}
