import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import type { Readable, Writable } from 'node:stream'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { buildProgram, launch } from './binary.ts'

/** The real program in a process of its own, whose event loop is watched. */
interface GuardedMock {
  /** On a connection of its own. A long stream is left. */
  ask(method: string, path: string, body?: string): Promise<Told>
  /** For how long its event loop stood still since it was last asked, in milliseconds of its own work. */
  pause(): Promise<number>
  /** How long a certain work takes it now. */
  yardstick(): Promise<number>
  /** Why it is no more; empty while it lives. */
  death(): string
}

interface Told {
  status: number
  /** Of a stream, the first megabyte. */
  text: string
  length: number
}

const mostKept = 2 ** 20
/** Then the client goes away. */
const mostOfStream = 8 * 2 ** 20

export async function startGuarded(t: Test, key: string, args: readonly string[]): Promise<GuardedMock> {
  const guard = fileURLToPath(new URL('loop-guard.mjs', import.meta.url))
  const { bin } = buildProgram()
  const command = ['--import', guard, bin, '--port', '0', '--log-level', 'error', ...args]
  const mock = launch(t, process.execPath, command, { stdio: ['pipe', 'pipe', 'pipe', 'pipe'] })
  const { child } = mock
  const numbers = createInterface({ input: child.stdio[3] as Readable })
  const { port } = new URL(await mock.ready)
  const measure = async (what: string) => {
    ;(child.stdin as Writable).write(`${what}\n`)
    const [line] = (await once(numbers, 'line')) as [string]
    return Number(line)
  }
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  return {
    ask: (method, path, body) =>
      new Promise((resolve, reject) => {
        const asked = request({ port, host: '127.0.0.1', method, path, headers, agent: false })
        asked.on('response', response => read(response, resolve))
        asked.on('error', reject).end(body)
      }),
    pause: () => measure('pause'),
    yardstick: () => measure('yardstick'),
    death: () =>
      child.exitCode === null && child.signalCode === null
        ? ''
        : `it ended with ${child.exitCode ?? child.signalCode}: ${mock.err().slice(-2000)}`,
  }
}

function read(response: IncomingMessage, then: (told: Told) => void): void {
  const kept: Buffer[] = []
  let length = 0
  const isStream = response.headers['content-type'] === 'text/event-stream'
  response.on('data', (chunk: Buffer) => {
    if (!isStream || length < mostKept) kept.push(chunk)
    length += chunk.length
    if (isStream && length > mostOfStream) response.destroy()
  })
  response.on('error', () => {})
  response.on('close', () => then({ status: response.statusCode ?? 0, text: Buffer.concat(kept).toString(), length }))
}
