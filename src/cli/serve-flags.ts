import type { Flags } from './flags.ts'
import { logLevels } from '../log.ts'
import { bytes, choice, hold, list, pace, text, toggle, whole } from './values.ts'

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
  'require-fixtures': { help: 'do not start without a single script', read: toggle },
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
  clock: {
    value: 'real|manual',
    help: 'a manual clock stands still until the control API moves it. Default real',
    read: choice('real', 'manual'),
  },
  'api-key': { value: 'KEY', repeatable: true, help: 'only these API keys; repeatable. Default: any key', read: list },
  'admin-token': { value: 'TEXT', help: 'what the control API wants to see as X-Admin-Token', read: text },
  'allow-host': {
    value: 'NAME',
    repeatable: true,
    help: 'a host name the control API answers to, beside localhost, IP addresses and names without a dot',
    read: list,
  },
  'cors-origin': { value: 'ORIGIN', help: 'whose pages may use the emulated API. Default *', read: text },
  'max-body': { value: 'SIZE', help: 'largest body, such as 512kb. Default 20mb', read: bytes(1) },
  'max-tasks': {
    value: 'N',
    help: 'tasks in each workspace; the oldest finished go first. Default 1000',
    read: whole(1),
  },
  'max-workspaces': { value: 'N', help: 'workspaces; those idle longest go first. Default 2000', read: whole(1) },
  'max-requests': { value: 'N', help: 'entries of the journal in each workspace. Default 1000', read: whole(1) },
  'max-journal-bytes': { value: 'SIZE', help: 'size of the journal in each workspace. Default 16mb', read: bytes(0) },
  'max-streams': { value: 'N', help: 'streams open at once. Default 10000', read: whole(1) },
  'log-level': { value: 'LEVEL', help: `${logLevels.join(', ')}. Default info`, read: choice(...logLevels) },
} satisfies Flags
