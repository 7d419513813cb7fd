import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { connect } from 'node:net'
import type { Test } from 'tap'
import { ApiError } from '../src/contract/errors.ts'
import { wrong } from './kit.ts'

/** Where the tests of the HTTP edge knock. */
export const turns = '/v2/agents/support/responses'
export const poll = `${turns}/01K`
export const json = { 'content-type': 'application/json' }
export const auth = { authorization: 'Bearer test-key' }

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  text: string
}

type Headers = Record<string, string>

/** Speaks HTTP as it stands: any method, and no header that is not given, unlike fetch. */
export function speakTo(url: string) {
  const port = Number(new URL(url).port)

  const ask = (method: string, path: string, headers: Headers, body?: string | Buffer) =>
    new Promise<Answer>((resolve, reject) => {
      const request = httpRequest({ port, method, path, headers }, response => {
        const chunks: Buffer[] = []
        response
          .on('data', (chunk: Buffer) => chunks.push(chunk))
          .on('end', () => {
            const { statusCode: status = 0, headers } = response
            resolve({ status, headers, text: Buffer.concat(chunks).toString() })
          })
      })
      // As bytes: Node writes the headers in the encoding of a body that is a string.
      request.on('error', reject).end(body === undefined ? body : Buffer.from(body))
    })

  return {
    ask,
    post: (body: string | Buffer, headers: Headers = { ...auth, ...json }) => ask('POST', turns, headers, body),
    /** What comes back for these bytes until the server hangs up, or has been silent for three seconds. */
    send: (bytes: string) =>
      new Promise<Answer>((resolve, reject) => {
        let reply = ''
        const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
        socket.on('data', chunk => (reply += chunk.toString()))
        socket.setTimeout(3000, () => socket.destroy())
        socket.on('error', reject).on('close', () => resolve(read(reply)))
      }),
    /** Sends these bytes and hangs up. */
    sendAndLeave: (bytes: string) =>
      new Promise<void>((resolve, reject) => {
        const socket = connect(port, '127.0.0.1', () => socket.write(bytes, () => socket.resetAndDestroy()))
        socket.on('error', reject).on('close', () => resolve())
      }),
  }
}

function read(reply: string): Answer {
  const [head = '', ...rest] = reply.split('\r\n\r\n')
  const [line = '', ...lines] = head.split('\r\n')
  const headers = Object.fromEntries(lines.map(line => line.toLowerCase().split(': ', 2) as [string, string]))
  const text = rest.join('\r\n\r\n')
  const chunked = headers['transfer-encoding'] === 'chunked'
  return {
    status: Number(line.split(' ')[1]),
    headers,
    text: chunked ? text.replace(/(^|\r\n)[0-9a-f]+\r\n/g, '') : text,
  }
}

/** Every error looks like this, wherever it comes from. */
export function isError(t: Test, { status, headers, text }: Answer, wanted: number, words: string | RegExp): void {
  t.equal(status, wanted, 'the status')
  t.match(headers['content-type'], /^application\/json/)
  t.notMatch(
    text,
    /statusCode|FST_|node_modules|\.[jt]s:\d+|\\n +at /,
    "neither a stack trace nor the framework's words",
  )
  if (!t.ok(text.startsWith('{'), 'the body is a JSON object')) return
  const body = JSON.parse(text) as Record<string, unknown>
  t.equal(wrong(ApiError, body), '')
  t.equal(body['code'], wanted, 'the code is the status')
  t.equal(body['error'], body['message'])
  const strange = Object.keys(body).filter(key => !['code', 'error', 'message', 'source', 'mock'].includes(key))
  t.strictSame(strange, [], 'no other keys')
  t.match(body['message'], words)
}
