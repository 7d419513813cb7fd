import type { Flags } from './flags.ts'
import { logLevels } from '../log.ts'
import { choice, hold, list, pace, text, toggle, whole } from './values.ts'

/** The flags of `serve`, in the order of the help. */
export const serveFlags = {
  fixtures: {
    value: 'DIR',
    repeatable: true,
    help: 'fixtures, a folder or a file; repeatable. Default: those shipped with the mock',
    read: list,
  },
  port: {
    value: 'N',
    env: ['PORT'],
    help: 'port to listen on; 0 takes a free one. Default 4010',
    read: whole(0, 65_535),
  },
  host: { value: 'HOST', env: ['HOST'], help: 'address to listen on. Default 127.0.0.1', read: text },
  'port-file': { value: 'FILE', help: 'write the port to this file once it is open', read: text },
  watch: { help: 'read fixtures again when they change', read: toggle },
  unmatched: {
    value: 'error|echo',
    help: 'what answers a request that no script matches. Default error',
    read: choice('error', 'echo'),
  },
  pace: {
    value: 'PACE',
    help: 'instant, realistic, or first=300ms,each=30ms,jitter=0.2; overrides the fixtures',
    read: pace,
  },
  hold: {
    value: 'HOLD',
    help: 'how long background tasks show in progress: polls, a duration, or manual; overrides the fixtures',
    read: hold,
  },
  seed: {
    value: 'TEXT',
    help: 'the same seed and requests give the same ids. Default: other ids each time',
    read: text,
  },
  'admin-token': { value: 'TEXT', help: 'what the control API wants to see as X-Admin-Token', read: text },
  'allow-host': {
    value: 'NAME',
    repeatable: true,
    help: 'a host name the control API answers to, beside localhost, IP addresses and names without a dot',
    read: list,
  },
  'log-level': { value: 'LEVEL', help: `${logLevels.join(', ')}. Default info`, read: choice(...logLevels) },
} satisfies Flags
