import { spawnSync, type ChildProcess } from 'node:child_process'
import { constants } from 'node:os'
import { resolve } from 'node:path'
import { toggle } from '../options/kinds.ts'
import type { Options } from '../options/option.ts'
import { withDefaults } from '../options/settings.ts'
import { guestOptions } from '../options/table.ts'
import { makeServer, type Mock } from '../server.ts'
import type { Parsed } from './flags.ts'
import { callGuard } from './guard.ts'
import { spawner } from './spawner.ts'
import { exitCode, logTo, UsageError, type Streams } from './streams.ts'

export const execFlags = {
  ...guestOptions,
  // PORT is the business of the child.
  port: { ...guestOptions.port, env: [] },
  failOnUnmatched: {
    kind: toggle,
    default: 'false',
    help: 'exit code 1 if a request reached no script, no route, or had no valid key (a 401)',
  },
  failOnUnused: { kind: toggle, default: 'false', help: 'exit code 1 if a script never played' },
  failOnNoRequests: { kind: toggle, default: 'false', help: 'exit code 1 if no request came at all' },
} satisfies Options

/** The key that a child uses which has none. */
const defaultKey = 'orq-agents-mock'

/** Runs a command against a mock of its own, and passes on its exit code. */
export async function exec(
  { values, positionals, rest }: Parsed<typeof execFlags>,
  env: NodeJS.ProcessEnv,
  streams: Streams,
): Promise<number> {
  const [command, ...args] = rest
  if (command === undefined || positionals.length > 0)
    throw new UsageError('exec needs a command behind --, as in: exec -- npm test')
  const settings = withDefaults(values, execFlags)
  const mock = await makeServer({ ...settings, log: logTo(streams, settings.logLevel) })
  try {
    const url = await mock.listen()
    const trust = trustFor(settings.tlsCert, env)
    if (trust) streams.err(`orq-agents-mock: NODE_EXTRA_CA_CERTS is set to ${trust.NODE_EXTRA_CA_CERTS}\n`)
    const childEnv = {
      ...env,
      ...trust,
      ORQ_BASE_URL: url,
      ORQ_API_KEY: env['ORQ_API_KEY'] || (settings.apiKey?.[0] ?? defaultKey),
    }
    const code = await run(command, args, childEnv, streams)
    const unused = mock
      .library()
      .scripts.filter(script => mock.totals.played(script) === 0)
      .map(({ name }) => name)
    const silence = values.failOnNoRequests && mock.totals.requests === 0
    const lines = [...missesOf(mock), ...(silence ? [noRequest] : []), summary(mock, unused)]
    streams.err(lines.map(line => `orq-agents-mock: ${line}\n`).join(''))
    if (code !== 0) return code
    const failed =
      silence || (values.failOnUnmatched && mock.totals.unmatched > 0) || (values.failOnUnused && unused.length > 0)
    return failed ? exitCode.failure : exitCode.done
  } finally {
    await mock.close()
  }
}

/**
 * What lets a command that runs on Node trust the mock's own certificate, beside all that it trusts anyway. Only that:
 * the variables of other programs (SSL_CERT_FILE and the like) would take away what they trust.
 */
function trustFor(tlsCert: string | undefined, env: NodeJS.ProcessEnv): { NODE_EXTRA_CA_CERTS: string } | undefined {
  if (tlsCert === undefined || env['NODE_EXTRA_CA_CERTS']) return undefined
  return { NODE_EXTRA_CA_CERTS: resolve(tlsCert) }
}

const noRequest = 'no request came: does the command use ORQ_BASE_URL?'

/** Each unmatched request that is unlike the others, and how often it came. */
function missesOf({ totals }: Mock): string[] {
  const lines: string[] = []
  let told = 0
  for (const [line, times] of totals.misses()) {
    lines.push(`unmatched${times > 1 ? `, ${times} times` : ''}: ${line}`)
    told += times
  }
  return told < totals.unmatched ? [...lines, `unmatched: ${totals.unmatched - told} more`] : lines
}

function summary({ totals }: Mock, unused: string[]): string {
  const names = unused.length > 0 ? ` (${unused.slice(0, 5).join(', ')}${unused.length > 5 ? ', …' : ''})` : ''
  const refused = totals.refused > 0 ? `${totals.refused} refused, ` : ''
  return `${totals.requests} requests, ${totals.unmatched} unmatched, ${refused}${unused.length} unused scripts${names}`
}

/** How long what the command has left behind may take to end. */
const stragglersMs = 300

/**
 * On a terminal the child shares our process group: Ctrl-C reaches it without us. Elsewhere it leads a group of its own,
 * which gets every signal that we get, and whose stragglers are ended with it. A second signal ends them at once.
 */
async function run(command: string, args: string[], env: NodeJS.ProcessEnv, streams: Streams): Promise<number> {
  const group = !process.stdin.isTTY && !onWindows
  let child: ChildProcess | undefined
  let signals = 0
  const spawn = await spawner(process.platform)
  // Before the command is there: from its first moment on, no signal may pass it by.
  streams.onSignal(signal => {
    signals += 1
    if (!child) return
    if (signals > 1) send(child, 'SIGKILL', group)
    else if (group || signal !== 'SIGINT') send(child, signal, group)
  })
  const guard = callGuard(stragglersMs)
  child = spawn(command, args, { env, stdio: 'inherit', detached: group })
  guard.watch(child, group)
  try {
    const code = await ended(child, command)
    if (group && send(child, 'SIGTERM', group)) {
      await new Promise(resolve => setTimeout(resolve, stragglersMs))
      send(child, 'SIGKILL', group)
    }
    return code
  } finally {
    guard.dismiss()
  }
}

/** There are no groups there, and a signal ends one process at once: the command may be the shell that runs another. */
const onWindows = process.platform === 'win32'

function ended(child: ChildProcess, command: string): Promise<number> {
  return new Promise((resolve, reject) => {
    child.on('error', error => reject(cannotRun(command, error)))
    child.on('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal!]))
  })
}

/** Whether anybody was there to get it. */
function send({ pid }: ChildProcess, signal: NodeJS.Signals, group: boolean): boolean {
  if (pid === undefined) return false
  if (onWindows) return spawnSync('taskkill', ['/pid', String(pid), '/t', '/f']).status === 0
  try {
    return process.kill(group ? -pid : pid, signal)
  } catch {
    return false
  }
}

function cannotRun(command: string, { code, message }: NodeJS.ErrnoException): Error {
  return new Error(
    code === 'ENOENT' ? `cannot run "${command}": there is no such command` : `cannot run "${command}": ${message}`,
  )
}
