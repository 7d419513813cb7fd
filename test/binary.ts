import { execSync, spawn, type ChildProcess, type SpawnOptions } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'

const project = fileURLToPath(new URL('..', import.meta.url))

/** How a process ended: its exit code, or else the signal. */
type Ending = number | NodeJS.Signals

/** A process of the built program. */
export interface Running {
  child: ChildProcess
  /** What it has written so far. */
  out(): string
  err(): string
  /** Its URL, once the ready line is there. Rejects if it ends before. */
  ready: Promise<string>
  ended: Promise<Ending>
}

interface Program {
  /** The bundle. */
  bin: string
  launch(t: Test, args: readonly string[], options?: SpawnOptions): Running
}

/** Builds the program as package.json says, into a package of its own that no other build disturbs. */
export function buildProgram(t: Test): Program {
  const beside = (name: string) => t.fixture('symlink', join(project, name))
  const root = t.testdir({
    'package.json': beside('package.json'),
    fixtures: beside('fixtures'),
    schema: beside('schema'),
  })
  const dist = join(root, 'dist')
  const { scripts } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')) as { scripts: { build: string } }
  const path = [join(project, 'node_modules', '.bin'), process.env['PATH']].join(delimiter)
  execSync(scripts.build.replaceAll(/\bdist\b/g, JSON.stringify(dist)), {
    cwd: project,
    env: { ...process.env, PATH: path },
  })
  const bin = join(dist, 'bin.js')
  return { bin, launch: (t, args, options) => launch(t, process.execPath, [bin, ...args], options) }
}

/**
 * Starts a process that is gone when the test ends. Of the environment it gets PATH and what the options give: `env -i`
 * takes away what tap puts into every child, which is to run as a user would run it.
 */
export function launch(t: Test, command: string, args: readonly string[], options: SpawnOptions = {}): Running {
  const variables = Object.entries({ PATH: process.env['PATH'], ...options.env }).map(
    ([name, value]) => `${name}=${value}`,
  )
  const child = spawn('env', ['-i', ...variables, command, ...args], options)
  let [out, err] = ['', '']
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as Ending)
  const ready = new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      out += chunk.toString()
      const [, url] = /^ready (\S+) /m.exec(out) ?? []
      if (url !== undefined) resolve(url)
    })
    child.on('close', () => reject(new Error(`ended before it was ready\n${out}${err}`)))
  })
  child.stderr?.on('data', (chunk: Buffer) => (err += chunk.toString()))
  ready.catch(() => {})
  t.teardown(() => child.kill('SIGKILL'))
  return { child, out: () => out, err: () => err, ready, ended }
}

/** Asks again and again until there is an answer. */
export async function until<T>(ask: () => T | undefined | Promise<T | undefined>, patienceMs = 10_000): Promise<T> {
  const giveUpMs = Date.now() + patienceMs
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    if (Date.now() > giveUpMs) throw new Error(`not within ${patienceMs} ms: ${String(ask)}`)
    await new Promise(resolve => setTimeout(resolve, 5))
  }
}
