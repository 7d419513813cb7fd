import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import type { Mock } from '../src/server.ts'

/** How a connection ended, as the client saw it. */
type Ending = 'closed' | 'connection reset' | 'broken off' | 'left'

/** A request on a connection of its own, with all that came back so far. */
export interface Exchange {
  /** 0 until the head of the reply has come. */
  status(): number
  headers(): IncomingHttpHeaders
  received(): string
  ending(): Ending | undefined
  ended: Promise<Ending>
  leave(): void
}

interface Sent {
  key: string
  path: string
  /** Without one, it is a GET. */
  body?: unknown
}

/** Sends a request without waiting for anything. A byte-exact client: it follows, decodes and retries nothing. */
export function exchange(url: string, { key, path, body }: Sent): Exchange {
  let response: IncomingMessage | undefined
  let ending: Ending | undefined
  const pieces: Buffer[] = []
  let resolve: (how: Ending) => void
  const ended = new Promise<Ending>(settle => (resolve = settle))
  const end = (how: Ending) => resolve((ending ??= how))

  const request = httpRequest(new URL(path, url), {
    agent: false,
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
  })
  // A connection that ends too early is an ECONNRESET as well; only the kernel's comes from a system call.
  request.on('error', ({ syscall }: NodeJS.ErrnoException) =>
    end(syscall === 'read' ? 'connection reset' : 'broken off'),
  )
  request.on('response', incoming => {
    response = incoming
    incoming.on('data', (piece: Buffer) => pieces.push(piece))
    incoming.on('error', () => end('broken off'))
    incoming.on('end', () => end('closed'))
  })
  request.end(body === undefined ? undefined : JSON.stringify(body))

  return {
    status: () => response?.statusCode ?? 0,
    headers: () => response?.headers ?? {},
    received: () => Buffer.concat(pieces).toString(),
    ending: () => ending,
    ended,
    leave() {
      end('left')
      request.destroy()
    },
  }
}

/** Gives sockets a turn. */
export const breath = () => new Promise(resolve => setImmediate(resolve))

/** Waits, in real time, for something that only sockets still keep from being so. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  for (const giveUpMs = Date.now() + 30_000; !holds(); await breath())
    if (Date.now() > giveUpMs) throw new Error(`after thirty seconds: still not ${what}`)
}

/** Whether anything of this key runs. */
const runs = (mock: Mock, key: string) =>
  mock.workspaces
    .of(key)
    .tasks.all()
    .some(task => task.state === 'in_progress')

/** Moves the manual clock of a key in steps, as long as anything of it runs; answers how many steps that took. */
export async function playOut(mock: Mock, key: string, stepMs: number): Promise<number> {
  let steps = 0
  for (; runs(mock, key); steps += 1) {
    mock.workspaces.of(key).clock().advance!(stepMs)
    await breath()
  }
  return steps
}

/** Waits until the server has taken a request up: its reply begins, it breaks, or its run goes on. */
export function takenUp(mock: Mock, key: string, { status, ending }: Exchange): Promise<void> {
  return until('taken up', () => status() > 0 || ending() !== undefined || runs(mock, key))
}
