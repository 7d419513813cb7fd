import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { controlOf } from './control.ts'
import { fixture, start, user } from './kit.ts'
import { auth, isError, turns } from './raw-http.ts'

/** Headers get half of it: long enough for a request to arrive on a busy machine. */
const requestTimeoutMs = 2000
// They only wait, each on a server of its own.
t.jobs = 5
const scripts = fixture([
  { name: 'hang', when: { text: 'hang' }, http: { fault: 'hang' } },
  { name: 'stall', when: { text: 'stall' }, steps: [{ say: 'Half.' }, { cut: 'stall' }] },
  { name: 'slow', when: { text: 'slow' }, steps: [{ wait: '3s' }, { say: 'Here.' }] },
  { name: 'any', steps: [{ say: 'Hello.' }] },
])

const headOf = (length: number) =>
  `POST ${turns} HTTP/1.1\r\nhost: a\r\nauthorization: ${auth.authorization}\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`
const body = (text: string, stream = false) => JSON.stringify({ message: user(text), stream })

/** Sends these bytes, and then one more every so often, until the other side hangs up. */
async function trickle(t: Test, url: string, bytes: string, more: string) {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  t.teardown(() => socket.destroy())
  let reply = ''
  const begun = Date.now()
  const ended = new Promise<number>(resolve => {
    socket.on('data', chunk => (reply += chunk.toString())).on('error', () => {})
    socket.on('close', () => resolve(Date.now() - begun))
  })
  socket.write(bytes)
  const drops = setInterval(() => socket.writable && socket.write(more), 50)
  const tookMs = await Promise.race([ended, sleep(8000, Infinity, { ref: false })])
  clearInterval(drops)
  return { tookMs, reply }
}

const late: Record<string, [bytes: string, more: string]> = {
  'whose body trickles': [`${headOf(10_000)}{`, ' '],
  'whose body stops': [`${headOf(10_000)}{`, ''],
  'whose body comes in chunks without end': [
    `${headOf(0).replace('content-length: 0', 'transfer-encoding: chunked')}1\r\n{\r\n`,
    '1\r\n \r\n',
  ],
  'whose headers trickle': [`POST ${turns} HTTP/1.1\r\nhost: a\r\nx-long: `, 'x'],
}
for (const [what, [bytes, more]] of Object.entries(late)) {
  t.test(`a request ${what} is a 408, once its time is over`, async t => {
    const { url, mock } = await start(t, { fixtures: [scripts], requestTimeoutMs })
    const { tookMs, reply } = await trickle(t, url, bytes, more)
    t.ok(tookMs < 2 * requestTimeoutMs, `after ${tookMs} ms`)
    const [head = '', text = ''] = reply.split('\r\n\r\n')
    const answer = { status: Number(head.split(' ')[1]), headers: { 'content-type': 'application/json' }, text }
    isError(t, answer, 408, 'did not come to its end in time')
    const { status, end } =
      (await controlOf(url, 'test-key')
        .lastRequest()
        .catch(() => undefined)) ?? {}
    if (!what.includes('headers')) t.strictSame({ status, end }, { status: 408, end: 'refused' }, 'as the journal says')
    t.equal(mock.workspaces.of('test-key').tasks.size(), 0)
  })
}

t.test('a reply may take longer than that: one that waits, a stream that stalls, one that hangs', async t => {
  const { url, client } = await start(t, { fixtures: [scripts], requestTimeoutMs })
  const open = (text: string, stream: boolean) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    t.teardown(() => socket.destroy())
    const state = { reply: '', closed: false }
    socket.on('data', chunk => (state.reply += chunk.toString())).on('close', () => (state.closed = true))
    socket.write(headOf(body(text, stream).length) + body(text, stream))
    return state
  }
  const [hang, stall] = [open('hang', false), open('stall', true)]
  t.equal((await client.say('slow')).status, 200)
  t.strictSame(hang, { reply: '', closed: false })
  t.match(stall, { reply: /Half/, closed: false })
})
