import { spawnSync, type ChildProcess } from 'node:child_process'
import { constants } from 'node:os'
import { silent } from '../log.ts'
import { makeServer, type Mock } from '../server.ts'
import type { Flags, Parsed } from './flags.ts'
import { guard } from './guard.ts'
import { serveFlags } from './serve-flags.ts'
import { settingsOf } from './settings.ts'
import { spawner } from './spawner.ts'
import { exitCode, UsageError, type Streams } from './streams.ts'
import { toggle } from './values.ts'

export const execFlags = {
  ...serveFlags,
  port: { ...serveFlags.port, env: [], help: 'port to listen on. Default: a free one' },
  'fail-on-unmatched': { help: 'exit code 1 if a request matched no script', read: toggle },
  'fail-on-unused': { help: 'exit code 1 if a script never played', read: toggle },
} satisfies Flags

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
  const mock = await makeServer({ ...settingsOf(values, streams), ...quietUnless(values['log-level']) })
  try {
    const url = await mock.listen(values.port ?? 0, values.host ?? '127.0.0.1')
    const childEnv = {
      ...env,
      ORQ_BASE_URL: url,
      ORQ_API_KEY: env['ORQ_API_KEY'] || (values['api-key']?.[0] ?? defaultKey),
    }
    const code = await run(command, args, childEnv, streams)
    const unused = mock
      .library()
      .scripts.filter(script => mock.totals.played(script) === 0)
      .map(({ name }) => name)
    streams.err(`${summary(mock, unused)}\n`)
    if (code !== 0) return code
    const failed =
      (values['fail-on-unmatched'] && mock.totals.unmatched > 0) || (values['fail-on-unused'] && unused.length > 0)
    return failed ? exitCode.failure : exitCode.done
  } finally {
    await mock.close()
  }
}

/** The child's output is what matters; requests are told when they are asked for. */
const quietUnless = (level: string | undefined) => (level === undefined ? { log: silent } : {})

function summary({ totals }: Mock, unused: string[]): string {
  const names = unused.length > 0 ? ` (${unused.slice(0, 5).join(', ')}${unused.length > 5 ? ', …' : ''})` : ''
  return `orq-agents-mock: ${totals.requests} requests, ${totals.unmatched} unmatched, ${unused.length} unused scripts${names}`
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
  child = spawn(command, args, { env, stdio: 'inherit', detached: group })
  const unguard = guard(child, group, stragglersMs)
  try {
    const code = await ended(child, command)
    if (group && send(child, 'SIGTERM', group)) {
      await new Promise(resolve => setTimeout(resolve, stragglersMs))
      send(child, 'SIGKILL', group)
    }
    return code
  } finally {
    unguard()
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
