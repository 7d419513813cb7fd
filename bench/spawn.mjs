import { spawn, spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

const canPin = availableParallelism() > 1 && spawnSync('taskset', ['-c', '0', 'true']).status === 0

/** The load generator stays on the last core, so that servers have the first to themselves. */
export function pinSelf() {
  if (canPin) spawnSync('taskset', ['-a', '-p', '-c', String(availableParallelism() - 1), String(process.pid)])
  return canPin
}

/**
 * Starts a server on the first core and waits for its ready line.
 * @returns {Promise<{ url: URL, pid: number, readyMs: number, child: import('node:child_process').ChildProcess, stop(): Promise<number> }>}
 */
export async function start(args, { env = {}, nodeArgs = [], stdio = ['ignore', 'pipe', 'ignore'] } = {}) {
  const command = [process.execPath, ...nodeArgs, ...args]
  const from = performance.now()
  const [program, ...rest] = canPin ? ['taskset', '-c', '0', ...command] : command
  const child = spawn(program, rest, { env: { ...process.env, ...env }, stdio })
  const ended = new Promise(resolve => child.on('exit', code => resolve(code)))
  const url = await new Promise((resolve, reject) => {
    let text = ''
    child.stdout.on('data', piece => {
      text += piece
      const [, found] = /ready (http:\S+)/.exec(text) ?? []
      if (found) resolve(new URL(found))
    })
    ended.then(code => reject(new Error(`${args.join(' ')} ended with ${code} before it was ready`)))
  })
  const readyMs = performance.now() - from
  return {
    url,
    pid: child.pid,
    child,
    readyMs,
    stop() {
      child.kill('SIGTERM')
      return ended
    },
  }
}
