import { execSync, spawn, type ChildProcess, type SpawnOptions } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
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

/** The program, built as package.json says. */
export function buildProgram(): Program {
  const bin = join(builtOnce(), 'dist', 'bin.js')
  return { bin, launch: (t, args, options) => launch(t, process.execPath, [bin, ...args], options) }
}

/** A package of its own that no other build disturbs: of what the sources are now there is one, whoever asks first. */
function builtOnce(): string {
  const root = join(project, '.tap', 'programs', fingerprint())
  if (existsSync(root)) return root
  clearAway(dirname(root))
  const making = `${root}.${process.pid}`
  mkdirSync(making, { recursive: true })
  for (const name of ['package.json', 'fixtures', 'schema']) symlinkSync(join(project, name), join(making, name))
  const { scripts } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')) as { scripts: { build: string } }
  const path = [join(project, 'node_modules', '.bin'), process.env['PATH']].join(delimiter)
  execSync(scripts.build.replaceAll(/\bdist\b/g, JSON.stringify(join(making, 'dist'))), {
    cwd: project,
    env: { ...process.env, PATH: path },
  })
  try {
    renameSync(making, root)
  } catch {
    // Another process was faster.
    rmSync(making, { recursive: true })
  }
  return root
}

/** Removes what was built of earlier sources, once nobody can be using it. */
function clearAway(programs: string): void {
  if (!existsSync(programs)) return
  for (const name of readdirSync(programs)) {
    const old = join(programs, name)
    if (Date.now() - statSync(old).mtimeMs > 3_600_000) rmSync(old, { recursive: true, force: true })
  }
}

/** Of all that goes into the program. */
function fingerprint(): string {
  const digest = createHash('sha1')
  const within = (folder: string) =>
    readdirSync(join(project, folder), { recursive: true, encoding: 'utf8' }).map(name => join(folder, name))
  for (const name of ['package.json', 'package-lock.json', ...['src', 'fixtures', 'schema'].flatMap(within)].sort()) {
    const path = join(project, name)
    if (statSync(path).isFile()) digest.update(name).update(readFileSync(path))
  }
  return digest.digest('hex')
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
export async function until<T>(ask: () => T | undefined | Promise<T | undefined>, patienceMs = 30_000): Promise<T> {
  const giveUpMs = Date.now() + patienceMs
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    if (Date.now() > giveUpMs) throw new Error(`not within ${patienceMs} ms: ${String(ask)}`)
    await new Promise(resolve => setTimeout(resolve, 5))
  }
}
