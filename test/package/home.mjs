import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { emptyFolder, npm, packProject, project } from '../tarball.mjs'

export const packed = packProject()

/** An empty project of a user, in which the package is installed. */
export const home = emptyFolder('home')
npm(['init', '--yes'], { cwd: home })
npm(['install', '--engine-strict', packed.tarball], { cwd: home })

export const installed = (...path) => join(home, 'node_modules', 'orq-agents-mock', ...path)
export const textOf = (...path) => readFileSync(installed(...path), 'utf8')
export const { version, dependencies } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'))

/** A program of this project's own dependencies. */
export const tool = name => join(project, 'node_modules', '.bin', name)

export const counts = { passed: 0, failed: 0 }

/** A test that counts. */
export function check(what, prove) {
  test(what, async t => {
    counts.failed += 1
    await prove(t)
    counts.failed -= 1
    counts.passed += 1
  })
}

/** Runs a program in the home folder; answers what it said on both streams, and its exit code. */
export async function run(command, args, options = {}) {
  const child = spawn(command, args, { cwd: home, ...options })
  let [out, err] = ['', '']
  child.stdout.on('data', chunk => (out += chunk))
  child.stderr.on('data', chunk => (err += chunk))
  const [code] = await once(child, 'close')
  return { code, out, err }
}

export const bodyOf = text => JSON.stringify({ message: { role: 'user', parts: [{ kind: 'text', text }] } })
