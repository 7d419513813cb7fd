import { logLevels } from '../log.ts'
import { shippedFixtures } from '../package-files.ts'
import { choice, path, size, text, texts, toggle, whole } from './kinds.ts'
import { fixtures, hold, pace } from './kinds-of-fixtures.ts'
import type { Options } from './option.ts'

/**
 * Everything that can be set about a mock, written once: settings, flags, variables, help and the options of `startMock`
 * come from here. The README's table and the comments, which programmers read, are held against it by a test.
 */
export const options = {
  /** Fixtures, a folder or a file. Default: those shipped with the mock. */
  fixtures: {
    kind: fixtures,
    value: 'DIR',
    default: shippedFixtures,
    defaultWords: 'those shipped with the mock',
    help: 'fixtures, a folder or a file',
  },
  /** Do not start without a single script. */
  requireFixtures: { kind: toggle, default: 'false', help: 'do not start without a single script' },
  /** Port to listen on; 0 takes a free one. Default 4010. */
  port: {
    kind: whole(0, 65_535),
    value: 'N',
    env: ['PORT'],
    default: '4010',
    help: 'port to listen on; 0 takes a free one',
  },
  /** Address to listen on. Default 127.0.0.1. */
  host: { kind: text, value: 'HOST', env: ['HOST'], default: '127.0.0.1', help: 'address to listen on' },
  /** Write the port to this file once it is open. */
  portFile: { kind: text, value: 'FILE', help: 'write the port to this file once it is open' },
  /** Serve everything below this path, such as /orq. Default /. */
  basePath: { kind: path, value: 'PATH', default: '/', help: 'serve everything below this path, such as /orq' },
  /** Serve HTTPS: the certificate, a PEM file. */
  tlsCert: { kind: text, value: 'FILE', help: 'serve HTTPS: the certificate, a PEM file' },
  /** Serve HTTPS: the private key, a PEM file without a passphrase. */
  tlsKey: { kind: text, value: 'FILE', help: 'serve HTTPS: the private key, a PEM file without a passphrase' },
  /** Read fixtures again when they change. */
  watch: { kind: toggle, default: 'false', help: 'read fixtures again when they change' },
  /** What answers a request that no script matches. Default error. */
  unmatched: {
    kind: choice('error', 'echo'),
    value: 'error|echo',
    default: 'error',
    help: 'what answers a request that no script matches',
  },
  /** Instant, realistic, or first=300ms,each=30ms,jitter=0.2; overrides the fixtures. */
  pace: {
    kind: pace,
    value: 'PACE',
    help: 'instant, realistic, or first=300ms,each=30ms,jitter=0.2; overrides the fixtures',
  },
  /** How long background tasks show in progress: polls, a duration, or manual; overrides the fixtures. */
  hold: {
    kind: hold,
    value: 'HOLD',
    help: 'how long background tasks show in progress: polls, a duration, or manual; overrides the fixtures',
  },
  /** The same seed and requests give the same ids. Default: other ids each time. */
  seed: {
    kind: text,
    value: 'TEXT',
    defaultWords: 'other ids each time',
    help: 'the same seed and requests give the same ids',
  },
  /** A manual clock stands still until the control API moves it. Default real. */
  clock: {
    kind: choice('real', 'manual'),
    value: 'real|manual',
    default: 'real',
    help: 'a manual clock stands still until the control API moves it',
  },
  /** Only these API keys. Default: any key. */
  apiKey: { kind: texts(1), value: 'KEY', defaultWords: 'any key', help: 'only these API keys' },
  /** What the control API wants to see as X-Admin-Token. */
  adminToken: { kind: text, value: 'TEXT', help: 'what the control API wants to see as X-Admin-Token' },
  /** A host name the control API answers to, beside localhost, IP addresses and names without a dot. */
  allowHost: {
    kind: texts(),
    value: 'NAME',
    help: 'a host name the control API answers to, beside localhost, IP addresses and names without a dot',
  },
  /** Whose pages may use the emulated API. Default *. */
  corsOrigin: { kind: text, value: 'ORIGIN', default: '*', help: 'whose pages may use the emulated API' },
  /** Largest body, such as 512kb. Default 20mb. */
  maxBody: { kind: size(1), value: 'SIZE', default: '20mb', help: 'largest body, such as 512kb' },
  /** Tasks in each workspace; the oldest finished go first. Default 1000. */
  maxTasks: {
    kind: whole(1),
    value: 'N',
    default: '1000',
    help: 'tasks in each workspace; the oldest finished go first',
  },
  /** Workspaces; those idle longest go first. Default 2000. */
  maxWorkspaces: { kind: whole(1), value: 'N', default: '2000', help: 'workspaces; those idle longest go first' },
  /** Entries of the journal in each workspace. Default 1000. */
  maxRequests: { kind: whole(1), value: 'N', default: '1000', help: 'entries of the journal in each workspace' },
  /** Size of the journal in each workspace. Default 16mb. */
  maxJournalBytes: { kind: size(0), value: 'SIZE', default: '16mb', help: 'size of the journal in each workspace' },
  /** Streams open at once. Default 10000. */
  maxStreams: { kind: whole(1), value: 'N', default: '10000', help: 'streams open at once' },
  /** What is told on standard error: silent, error, warn, info. Default info. */
  logLevel: {
    kind: choice(...logLevels),
    value: 'LEVEL',
    default: 'info',
    help: `what is told on standard error: ${logLevels.join(', ')}`,
  },
} satisfies Options

/** The same for a mock inside a program or beside a command: nobody knows its port beforehand, or reads its log. */
export const guestOptions = {
  ...options,
  /** Port to listen on; 0 takes a free one. Default: a free one. */
  port: { ...options.port, default: '0', defaultWords: 'a free one' },
  /** What is told on standard error: silent, error, warn, info. Default silent. */
  logLevel: { ...options.logLevel, default: 'silent' },
} satisfies Options
