import { connect } from 'node:net'
import t, { type Test } from 'tap'
import type { ScriptShape } from '../src/language/shape.ts'
import { controlOf } from './control.ts'
import { fixture, start, user } from './kit.ts'

const emoji = '🌍'
const say = `${emoji} 你好`
const script = (name: string, more: Partial<ScriptShape> = {}): ScriptShape => ({
  name,
  when: { text: name },
  steps: [{ say }],
  ...more,
})

/** What comes over a connection, write by write, to its end. */
function writesOf(url: string, text: string, more: object = {}): Promise<Buffer[]> {
  const body = JSON.stringify({ message: user(text), ...more })
  const head = `POST /v2/agents/support/responses HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer test-key\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`
  return new Promise((resolve, reject) => {
    const writes: Buffer[] = []
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(head + body))
    socket.on('data', bytes => writes.push(bytes))
    socket.on('error', reject)
    socket.on('close', () => resolve(writes))
  })
}

const seeded = { clock: 'manual' as const, seed: 'split' }

/** Ids and times are those of the turn, so that each way starts anew. */
async function bodyOf(t: Test, scripts: ScriptShape, more: object): Promise<string> {
  const { client } = await start(t, { ...seeded, fixtures: [fixture([scripts])] })
  return (await client.send({ message: user('one'), ...more })).text()
}

for (const size of [1, 3, 7, 1000])
  t.test(`in pieces of ${size}, the bytes are the same`, async t => {
    for (const more of [{ stream: true }, {}, { background: true }])
      t.equal(await bodyOf(t, script('one', { split: size }), more), await bodyOf(t, script('one'), more))
  })

t.test('each byte of a character leaves in a write of its own', async t => {
  const { url } = await start(t, { fixtures: [fixture([script('one', { split: 1 })])] })
  for (const more of [{ stream: true }, {}]) {
    const writes = await writesOf(url, 'one', more)
    const bytes = Buffer.from(emoji)
    const alone = writes.map(write => write.toString('latin1').replace(/^1\r\n([^]+)\r\n$/, '$1'))
    const pieces = Array.from(bytes, byte => String.fromCharCode(byte))
    const at = alone.findIndex((_, index) => pieces.every((piece, offset) => alone[index + offset] === piece))
    t.ok(at > 0, `four writes in a row, of ${writes.length}`)
  }
})

t.test('HTTP answers and errors of the script are split too', async t => {
  const { url } = await start(t, {
    fixtures: [fixture([script('one', { split: 2, steps: [{ fail: 'No.' }] })])],
  })
  t.ok((await writesOf(url, 'one')).length > 20)
})

t.test('cuts, keep-alive and the fate of the task are as without', async t => {
  const steps = [{ say: 'One two three.' }, { cut: 'end' as const }, { say: 'Never seen in a stream.' }]
  const { client, url } = await start(t, { fixtures: [fixture([script('one', { split: 1, steps })])] })
  const { text, done } = await client.stream({ message: user('one') })
  t.equal(done, false)
  t.match(text, /One two three\."\}\}\}\n\n$/)
  t.match(await controlOf(url, client.key).lastRequest(), { end: 'cut' })
  t.equal((await client.stream({ message: user('one') })).done, false, 'and the connection goes on')
})

t.test('a client that leaves between two pieces leaves nothing open', async t => {
  const long = script('one', { split: 1, steps: [{ say: 'word '.repeat(5000) }] })
  const { client, url, mock } = await start(t, { fixtures: [fixture([long])] })
  await Promise.all(
    Array.from({ length: 20 }, async (_, index) => {
      const controller = new AbortController()
      const response = await client.send({ message: user('one'), stream: true }, 'support', {
        signal: controller.signal,
      })
      await response.body!.getReader().read()
      setTimeout(() => controller.abort(), index)
    }),
  )
  const untilMs = Date.now() + 5000
  while (mock.totals.streams > 0 && Date.now() < untilMs) await new Promise(resolve => setTimeout(resolve, 10))
  t.equal(mock.totals.streams, 0)
  const ends = (await controlOf(url, client.key).requests()).map(({ end }) => end as string)
  t.strictSame([...new Set(ends)], ['client_left'])
})

t.test('a client that reads slowly holds up its own stream, and gets all of it in the end', async t => {
  const text = 'word '.repeat(200_000)
  const { url, mock } = await start(t, {
    fixtures: [fixture([script('one', { split: 4096, steps: [{ say: text }] })])],
  })
  const body = JSON.stringify({ message: user('one'), stream: true })
  const head = `POST /v2/agents/support/responses HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer test-key\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`
  const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(head + body))
  let received = ''
  socket.on('data', bytes => (received += bytes.toString('latin1')))
  await new Promise<void>(resolve => {
    socket.once('data', () => {
      socket.pause()
      resolve()
    })
  })
  const entry = () => mock.workspaces.of('test-key').journal.entries().at(-1)!
  await new Promise(resolve => setTimeout(resolve, 300))
  t.equal(entry().end, undefined, 'what nobody reads is not written')
  socket.resume()
  await new Promise(resolve => socket.once('close', resolve))
  t.equal(entry().end, 'completed')
  const whole = received.replace(/\r\n1000\r\n|\r\n[\da-f]+\r\n(?=[^\r]*(?:\r\n0|$))/g, '')
  t.equal(whole.match(/part\.delta/g)?.length, 200_000)
})
