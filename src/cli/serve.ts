import { writeFile } from 'node:fs/promises'
import { makeServer } from '../server.ts'
import { demandNoArgument, type Parsed } from './flags.ts'
import type { serveFlags } from './serve-flags.ts'
import { settingsOf } from './settings.ts'
import { exitCode, type Streams } from './streams.ts'

/** Serves until it is asked to stop. */
export async function serve({ values, ...words }: Parsed<typeof serveFlags>, streams: Streams): Promise<number> {
  demandNoArgument('serve', words)
  const stopped = untilAsked(streams)
  const mock = await makeServer(settingsOf(values, streams))
  try {
    const url = await mock.listen(values.port ?? 4010, values.host ?? '127.0.0.1')
    if (values['port-file'] !== undefined) await writeFile(values['port-file'], `${new URL(url).port}\n`)
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
