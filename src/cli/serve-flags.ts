import type { Flags } from './flags.ts'
import { hold, list, pace, text, whole } from './values.ts'

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
} satisfies Flags
