import { writeFile } from 'node:fs/promises'
import { shippedFixtures } from '../package-files.ts'
import { makeLog } from '../log.ts'
import { makeServer } from '../server.ts'
import type { Settings } from '../settings.ts'
import type { Parsed } from './flags.ts'
import type { serveFlags } from './serve-flags.ts'
import { exitCode, UsageError, type Streams } from './streams.ts'

/** Serves until it is asked to stop. */
export async function serve(
  { values, positionals, rest }: Parsed<typeof serveFlags>,
  streams: Streams,
): Promise<number> {
  const [stray] = [...positionals, ...rest]
  if (stray !== undefined) throw new UsageError(`"${stray}" is no command, and serve takes no arguments`)
  const mock = await makeServer(settingsOf(values, streams))
  const url = await mock.listen(values.port ?? 4010, values.host ?? '127.0.0.1')
  if (values['port-file'] !== undefined) await writeFile(values['port-file'], `${new URL(url).port}\n`)
  streams.out(`ready ${url} (${mock.summary()})\n`)
  await streams.stopped
  await mock.close()
  return exitCode.done
}

function settingsOf(values: Parsed<typeof serveFlags>['values'], streams: Streams): Partial<Settings> {
  return {
    ...given({
      watch: values.watch,
      unmatched: values.unmatched,
      pace: values.pace,
      hold: values.hold,
      seed: values.seed,
      clock: values.clock,
      apiKeys: values['api-key'],
      corsOrigin: values['cors-origin'],
      maxBody: values['max-body'],
      maxTasks: values['max-tasks'],
      maxWorkspaces: values['max-workspaces'],
      maxRequests: values['max-requests'],
      maxJournalBytes: values['max-journal-bytes'],
      maxStreams: values['max-streams'],
      adminToken: values['admin-token'],
      allowHosts: values['allow-host'],
    }),
    fixtures: values.fixtures ?? [shippedFixtures],
    log: makeLog({ level: values['log-level'] ?? 'info', plain: streams.terminal, write: streams.err }),
  }
}

/** Leaves out what no flag says, so that the defaults stand in one place. */
function given<T extends object>(values: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]?: Exclude<T[Key], undefined>
  }
}
