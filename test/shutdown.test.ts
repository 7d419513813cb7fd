import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { ApiError } from '../src/contract/errors.ts'
import { buildProgram, until, type Running } from './binary.ts'
import { eventsOf, user, wrong } from './kit.ts'

const program = buildProgram()
const patienceMs = 3000
const path = '/v2/agents/support/responses'
const headers = { authorization: 'Bearer k', 'content-type': 'application/json' }
const head = `POST ${path} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer k\r\ncontent-type: application/json\r\n`
const body = (text: string, more: object = {}) => JSON.stringify({ message: user(text), ...more })

const fixture = {
  agent: 'support',
  scripts: [
    { name: 'flood', when: { text: 'flood' }, steps: [{ raw: `: ${'x'.repeat(2 ** 23)}\n\n` }, { wait: '10m' }] },
    { name: 'review', when: { text: 'review' }, steps: [{ review: 'pay', outcome: 'manual' }] },
    { name: 'slow', steps: [{ say: 'One moment.' }, { wait: '10m' }, { say: 'Never said.' }] },
  ],
}

/** A mock whose agents take ten minutes. */
function serve(t: Test): Running {
  const dir = t.testdir({ 'slow.json': JSON.stringify(fixture) })
  return program.launch(t, ['--port', '0', '--fixtures', join(dir, 'slow.json'), '--log-level', 'error'])
}

const post = (url: string, text: string, more: object = {}) =>
  fetch(url + path, { method: 'POST', headers, body: body(text, more) })

/** What the mock says about itself. */
async function counters(url: string): Promise<{ streams: number; running: number }> {
  return (await (await fetch(`${url}/__admin/health`)).json()) as { streams: number; running: number }
}

/** A connection that has sent these bytes, and what came back on it. */
async function dial(t: Test, url: string, bytes: string): Promise<{ socket: Socket; reply: Promise<string> }> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  t.teardown(() => socket.destroy())
  let text = ''
  const reply = new Promise<string>(resolve => {
    socket
      .on('data', (chunk: Buffer) => (text += chunk.toString()))
      .on('error', ({ message }) => (text += message))
      .on('close', () => resolve(text))
  })
  await new Promise(resolve => socket.write(bytes, resolve))
  return { socket, reply }
}

/** Waits until the mock has taken up what was sent before: connections are accepted in their order. */
async function heard(url: string): Promise<void> {
  for (let times = 0; times < 2; times += 1) await counters(url)
}

/** Whether a new connection is refused. */
const refuses = (url: string) =>
  new Promise<boolean>(resolve => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.on('error', () => resolve(true)).on('connect', () => (socket.destroy(), resolve(false)))
  })

/** Waits until the mock is on its way out. */
const closing = (url: string) => until(async () => (await refuses(url)) || undefined)

/** Ends the mock, and says how and in how many milliseconds. */
async function end({ child, ended }: Running): Promise<{ code: unknown; tookMs: number }> {
  const fromMs = performance.now()
  child.kill('SIGTERM')
  const code = await ended
  return { code, tookMs: performance.now() - fromMs }
}

t.test(
  'SIGTERM ends 200 streams with a comment and waiting POSTs with a 503, and the process within three seconds',
  async t => {
    const mock = serve(t)
    const url = await mock.ready
    const streams = await Promise.all(
      Array.from({ length: 200 }, (_, number) => post(url, number % 2 ? 'slow' : 'review', { stream: true })),
    )
    const texts = Promise.all(streams.map(stream => stream.text()))
    const waiting = Promise.all(Array.from({ length: 20 }, () => post(url, 'slow')))
    await post(url, 'slow', { background: true })
    await until(async () => ((await counters(url)).running === 221 ? true : undefined))

    const { code, tookMs } = await end(mock)
    t.equal(code, 0)
    t.ok(tookMs < patienceMs, `${tookMs} ms`)
    for (const text of await texts) {
      t.ok(text.endsWith('\n\n: the mock has ended this task\n\n'), text.slice(-100))
      const { events, done } = eventsOf(text)
      t.match([events[0]?.type, done], ['response.started', false])
    }
    for (const reply of await waiting) {
      t.equal(reply.status, 503)
      t.equal(wrong(ApiError, await reply.json()), '')
    }
    t.equal(mock.err(), '', 'nothing went wrong')
  },
)

const unfinished: Record<string, string> = {
  'no request at all': '',
  'half a line': 'POST /v2/age',
  'half the headers': head,
  'half a body': `${head}content-length: 999\r\n\r\n{"mess`,
  'half a chunk': `${head}transfer-encoding: chunked\r\n\r\nff\r\n{"mes`,
}
t.test(`SIGTERM does not wait for connections with ${Object.keys(unfinished).join(', ')}`, async t => {
  const mock = serve(t)
  const url = await mock.ready
  const connections = await Promise.all(Object.values(unfinished).map(bytes => dial(t, url, bytes)))
  await heard(url)
  const { code, tookMs } = await end(mock)
  t.equal(code, 0)
  t.ok(tookMs < patienceMs, `${tookMs} ms`)
  await Promise.all(connections.map(({ reply }) => reply))
  t.equal(mock.err(), '', 'nothing went wrong')
})

t.test('SIGTERM does not wait for a client that does not read its stream', async t => {
  const mock = serve(t)
  const url = await mock.ready
  const asked = body('flood', { stream: true })
  const { socket } = await dial(t, url, `${head}content-length: ${asked.length}\r\n\r\n${asked}`)
  socket.pause()
  await until(async () => ((await counters(url)).streams === 1 ? true : undefined))
  const { code, tookMs } = await end(mock)
  t.equal(code, 0)
  t.ok(tookMs < patienceMs, `${tookMs} ms`)
})

t.test('a request whose body comes after SIGTERM gets a 503, and new connections are refused', async t => {
  const mock = serve(t)
  const url = await mock.ready
  const asked = body('slow')
  const { socket, reply } = await dial(t, url, `${head}content-length: ${asked.length}\r\n\r\n${asked.slice(0, 9)}`)
  await heard(url)
  mock.child.kill('SIGTERM')
  await closing(url)
  t.match(await dial(t, url, '').then(knock => knock.reply), 'ECONNREFUSED')
  socket.write(asked.slice(9))
  t.match(await reply, /^HTTP\/1\.1 503 [^]*\{"code":503,/)
  t.equal(await mock.ended, 0)
})

for (const [first, second] of [
  ['SIGTERM', 'SIGTERM'],
  ['SIGINT', 'SIGINT'],
  ['SIGTERM', 'SIGINT'],
] as const) {
  t.test(`${second} after ${first} ends it at once, with 1`, async t => {
    let took = await endTwice(t, first, second)
    // After half a second it ends by itself: a busy machine may come too late with its second signal.
    for (let again = 0; again < 5 && took.signalsMs > 300; again += 1) took = await endTwice(t, first, second)
    t.equal(took.code, 1)
  })
}

/** Sends a mock that waits for the rest of a request two signals, and says how it ended and how far apart they were. */
async function endTwice(t: Test, first: NodeJS.Signals, second: NodeJS.Signals) {
  const mock = serve(t)
  const url = await mock.ready
  await dial(t, url, unfinished['half a body']!)
  await heard(url)
  const fromMs = performance.now()
  mock.child.kill(first)
  await closing(url)
  mock.child.kill(second)
  const signalsMs = performance.now() - fromMs
  return { code: await mock.ended, signalsMs }
}
