import { makeLog } from '../log.ts'
import { shippedFixtures } from '../package-files.ts'
import type { GivenSettings } from '../settings.ts'
import type { Values } from './flags.ts'
import type { serveFlags } from './serve-flags.ts'
import type { Streams } from './streams.ts'

/** What the flags say about the mock. */
export function settingsOf(values: Values<typeof serveFlags>, streams: Streams): GivenSettings {
  return {
    requireFixtures: values['require-fixtures'],
    watch: values.watch,
    unmatched: values.unmatched,
    pace: values.pace,
    hold: values.hold,
    seed: values.seed,
    clock: values.clock,
    apiKeys: values['api-key'],
    adminToken: values['admin-token'],
    allowHosts: values['allow-host'],
    corsOrigin: values['cors-origin'],
    maxBody: values['max-body'],
    maxTasks: values['max-tasks'],
    maxWorkspaces: values['max-workspaces'],
    maxRequests: values['max-requests'],
    maxJournalBytes: values['max-journal-bytes'],
    maxStreams: values['max-streams'],
    fixtures: values.fixtures ?? [shippedFixtures],
    log: makeLog({ level: values['log-level'] ?? 'info', plain: streams.terminal, write: streams.err }),
  }
}
