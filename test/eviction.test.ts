import { connect } from 'node:net'
import t, { type Test } from 'tap'
import { makeLog } from '../src/log.ts'
import type { Settings } from '../src/options/settings.ts'
import { controlOf, fingerprintOf, follow } from './control.ts'
import { until } from './exchange.ts'
import { fixture, start, user, type Client, type Reply, type Started } from './kit.ts'
import { turns } from './raw-http.ts'

const scripts = fixture([
  { name: 'slow', when: { text: 'slow' }, hold: { polls: 0 }, steps: [{ wait: '1s' }, { say: 'Done.' }] },
  { name: 'stall', when: { text: 'stall' }, steps: [{ say: 'Half.' }, { cut: 'stall' }] },
  { name: 'manual', when: { text: 'manual' }, hold: 'manual', steps: [{ say: 'Held.' }] },
  { name: 'timed', when: { text: 'timed' }, hold: { for: '1s' }, steps: [{ say: 'Held.' }] },
  { name: 'polled', when: { text: 'polled' }, steps: [{ say: 'Held.' }] },
  { name: 'ask', when: { text: 'ask' }, steps: [{ call: 'get_iban' }] },
  { name: 'hello', when: { text: 'hello' }, steps: [{ say: 'Hello.' }] },
])
const mine = fixture([{ name: 'mine', when: { text: 'mine' }, steps: [{ say: 'Mine.' }] }])

async function begin(t: Test, settings: Partial<Settings> = {}) {
  const started = await start(t, { fixtures: [scripts], clock: 'manual', ...settings })
  const { url } = started
  return { ...started, control: controlOf(url, 'test-key'), of: (key: string) => controlOf(url, key) }
}

const open = async (client: Client, text: string): Promise<string> =>
  (await client.post({ message: user(text), background: true })).body.task_id
const statuses = (client: Client, ids: string[]) => Promise.all(ids.map(async id => (await client.get(id)).status))
const isLimit = (t: Test, reply: Reply, words: RegExp) =>
  t.match(reply, { status: 429, body: { message: words, mock: { code: 'limit_reached' } } })

/** Sends the head of a POST, and the body when told; answers what came back. */
async function half({ url, mock }: Started, key: string, text = 'hello') {
  const body = JSON.stringify({ message: user(text) })
  const before = mock.totals.requests
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.write(
    `POST ${turns} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: ${body.length}\r\n\r\n${body.slice(0, 5)}`,
  )
  await until('come', () => mock.totals.requests > before)
  return {
    leave: () => void socket.destroy(),
    async finish() {
      let reply = ''
      socket.on('data', (piece: Buffer) => (reply += piece.toString())).write(body.slice(5))
      await new Promise(resolve => socket.once('close', resolve))
      return { status: Number(reply.split(' ')[1]), text: reply }
    },
  }
}

const firmly: [what: string, text: string, end: (on: Awaited<ReturnType<typeof begin>>, id: string) => unknown][] = [
  ['that runs', 'slow', ({ control }) => control.advance(1000)],
  ['held until it is released', 'manual', ({ control }, id) => control.post(`/tasks/${id}/release`)],
  ['held for a time', 'timed', ({ control }) => control.advance(1000)],
]
for (const [what, text, end] of firmly) {
  t.test(`a task ${what} keeps its place, and its workspace too, until that ends`, async t => {
    const on = await begin(t, { maxTasks: 2, maxWorkspaces: 1 })
    const { client, as } = on
    const kept = await open(client, text)
    const ids = [await open(client, 'hello'), await open(client, 'hello')]
    t.strictSame(await statuses(client, [kept, ...ids]), [200, 404, 200])
    const last = await open(client, text)
    isLimit(t, await client.say('hello'), /All 2 tasks of this workspace are running or held/)
    isLimit(t, await as('other').say('hello'), /workspaces have requests under way, or tasks that run or are held/)
    await end(on, kept)
    if (text === 'manual') await end(on, last)
    t.equal((await client.say('hello')).status, 200)
    t.equal((await client.get(kept)).status, 404, 'it was the oldest')
    t.equal((await as('other').say('hello')).status, 200)
  })
}

t.test('tasks that wait for polls go after those that nobody waits for, oldest first, and never refuse', async t => {
  const { client } = await begin(t, { maxTasks: 3 })
  const polled = [await open(client, 'polled'), await open(client, 'polled')]
  const hello = (await client.say('hello')).body.task_id
  const next = await open(client, 'polled')
  t.strictSame(await statuses(client, [hello]), [404], 'though it was younger')
  const last = await open(client, 'polled')
  t.strictSame(await statuses(client, [...polled, next, last]), [404, 200, 200, 200])
})

t.test('a task that waits for results of tools is idle', async t => {
  const { client } = await begin(t, { maxTasks: 1 })
  const { task_id: id } = (await client.say('ask')).body
  t.equal((await client.say('hello')).status, 200)
  const { body } = await client.get(id)
  t.match(body.message, /had to go for a new one.* keeps 1 tasks; start the mock with a higher --max-tasks/)
  t.match((await client.say('hello', { task_id: id })).body.mock.hint, /--max-tasks/)
})

t.test('a workspace stays while a request of it is under way, whatever it waits for', async t => {
  const started = await begin(t, { maxWorkspaces: 1 })
  const { as, mock, control } = started
  const busy = async (what: string) =>
    isLimit(t, await as('other').say('hello'), new RegExp(`All 1 workspaces`)) ?? what
  const request = await half(started, 'test-key')
  await busy('a body that comes')
  const { text } = await request.finish()
  const [, id = ''] = /"task_id":"(\w+)"/.exec(text) ?? []
  t.equal((await as('test-key').get(id)).status, 200, 'what was answered is there')
  const stalled = await follow(signal =>
    as('test-key').send({ message: user('stall'), stream: true }, 'support', { signal }),
  )
  await busy('an open stream, though its task has ended')
  await control.post('/reset')
  await busy('and after a reset')
  stalled.leave()
  await until('left', () => mock.workspaces.known('test-key')!.claim() === 'none')
  t.equal((await as('other').say('hello')).status, 200)
})

t.test('requests in flight across resets are counted out once each', async t => {
  const started = await begin(t, { maxWorkspaces: 1 })
  const { as, control, mock } = started
  const requests = await Promise.all([1, 2, 3].map(() => half(started, 'test-key')))
  await control.post('/reset')
  requests[0]!.leave()
  t.equal((await requests[1]!.finish()).status, 200)
  await control.post('/reset')
  isLimit(t, await as('other').say('hello'), /under way/)
  t.equal((await requests[2]!.finish()).status, 200)
  await until('idle', () => mock.workspaces.known('test-key')!.claim() === 'none')
  t.equal((await control.post('/verify', [{ script: 'hello', count: 1 }])).status, 200, 'it played after the reset')
  t.equal((await as('other').say('hello')).status, 200)
})

t.test('a pipelined request whose connection breaks before its turn is over too', async t => {
  const { url, mock } = await begin(t, { maxWorkspaces: 1 })
  const body = JSON.stringify({ message: user('slow'), stream: true })
  const post = `POST ${turns} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer test-key\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.write(post.repeat(20))
  await until('open', () => mock.totals.streams === 20)
  socket.destroy()
  await until('closed', () => mock.totals.streams === 0)
  await controlOf(url, 'test-key').advance(1000)
  t.not(mock.workspaces.known('test-key')!.claim(), 'firm')
})

t.test('put fixtures go last; when they must, the log, health, misses and verify say so', async t => {
  let logged = ''
  const log = makeLog({ level: 'warn', plain: false, write: text => (logged += text) })
  const { as, of, url } = await begin(t, { maxWorkspaces: 2, log })
  await of('a').put('/fixtures', mine)
  await as('b').say('hello')
  await as('c').say('hello')
  t.equal((await as('a').say('mine')).status, 200, 'b went, though a had been idle longer')
  await of('c').put('/fixtures', mine)
  await of('d').put('/fixtures', mine)
  t.match((await controlOf(url).get('/health')).body, { dropped: { workspaces: 2, overlays: 1 } })
  await until('logged', () => logged !== '')
  t.match(JSON.parse(logged), { level: 'warn', message: /put for it/, workspace: fingerprintOf('a') })
  t.match((await as('a').say('mine')).body.mock.hint, /Fixtures that were put for this key are gone.*--max-workspaces/)
  t.match(await of('a').post('/verify', [{ script: 'mine', never: true }]), {
    status: 400,
    body: { mock: { hint: /Fixtures that were put/ } },
  })
  await of('a').put('/fixtures', mine)
  t.notMatch((await as('a').say('nothing')).body.mock.hint, /are gone/)
})

t.test('a task that went with its workspace is a 404 that says so', async t => {
  const { client, as, control } = await begin(t, { maxWorkspaces: 1 })
  const { task_id: id } = (await client.say('hello')).body
  await as('other').say('hello')
  const hint = /1 went with a dropped workspace; keep more with a higher --max-workspaces/
  t.match(
    await control.get(`/tasks/${id}`),
    { status: 404, body: { mock: { hint } } },
    'also where it has no workspace',
  )
  t.match((await client.get(id)).body.mock.hint, hint)
})
