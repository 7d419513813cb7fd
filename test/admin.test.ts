import { readFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { fixtureSchema } from '../src/language/editor-schema.ts'
import { controlOf, fingerprintOf, follow, keepingState } from './control.ts'
import { exchange, until } from './exchange.ts'
import { fixture, start, user, type Reply, type Started } from './kit.ts'

const scripts = fixture([
  { name: 'slow', when: { text: 'slow' }, steps: [{ say: 'One.' }, { wait: '1s' }, { say: 'Two.' }] },
  ...keepingState,
])
const key = 'test-key'
const startTime = '2026-01-01T00:00:00.000Z'

async function begin(t: Test, settings: object = {}) {
  const started = await start(t, { fixtures: [scripts], clock: 'manual', seed: 'golden', ...settings })
  return { ...started, control: controlOf(started.url, key), all: controlOf(started.url) }
}
const textOf = ({ body }: Reply): string => body.output[0].parts[0].text
const running = ({ mock }: Started, count = 1) =>
  until('running', () => mock.workspaces.of(key).tasks.running() === count)

t.test('a manual clock moves when told, and plays what falls due', async t => {
  const { control, client, all } = await begin(t)
  const { body } = await client.post({ message: user('slow'), background: true })
  t.equal(body.created_at, startTime)
  t.strictSame((await control.advance(0)).body, { clocks: [{ workspace: fingerprintOf(key), now: startTime }] })
  await control.advance(999)
  t.match(await control.tasks(), [{ state: 'in_progress' }])
  t.match((await all.advance(1)).body, { clocks: [{ now: '2026-01-01T00:00:01.000Z' }] })
  t.match(await control.tasks(), [{ state: 'inactive' }], 'and all of it has played when the answer comes')
  t.equal(textOf(await client.say('hello')), 'Hello, 2026-01-01T00:00:01.000Z.')
})

t.test('each key has a clock of its own; without a key all move', async t => {
  const { control, all, as, url } = await begin(t)
  await as('other').say('hello')
  await control.advance(5000)
  t.match((await controlOf(url, 'other').advance(0)).body, { clocks: [{ now: startTime }] })
  const { clocks } = (await all.advance(1000)).body as { clocks: { workspace: string; now: string }[] }
  t.strictSame(Object.fromEntries(clocks.map(({ workspace, now }) => [workspace, now])), {
    [fingerprintOf(key)]: '2026-01-01T00:00:06.000Z',
    [fingerprintOf('other')]: '2026-01-01T00:00:01.000Z',
  })
})

t.test('a clock goes forward by whole milliseconds only', async t => {
  const { control } = await begin(t)
  for (const body of [{ ms: -1 }, { ms: 0.5 }, { ms: '5' }, {}, { ms: 1, s: 1 }, [], 5])
    t.equal((await control.post('/clock/advance', body)).status, 400, JSON.stringify(body))
  t.equal((await control.post('/clock/advance')).status, 400, 'no body at all')
})

t.test('a clock cannot be moved out of the calendar: 400, and it stays where it is', async t => {
  const { control, client } = await begin(t)
  for (const ms of [Number.MAX_SAFE_INTEGER, 1e300, 8.64e15, 2 ** 48])
    t.match(await control.advance(ms), { status: 400, body: { mock: { code: 'bad_body' } } }, `${ms}`)
  t.equal(textOf(await client.say('hello')), `Hello, ${startTime}.`)
})

t.test('where one clock cannot move, none of them does', async t => {
  const { control, all, as } = await begin(t)
  await as('other').say('hello')
  const nearlyMs = 2 ** 48 - 1 - Date.parse(startTime) - 1000
  await as('test-key').say('hello')
  t.equal((await control.advance(nearlyMs)).status, 200)
  await as('last').say('hello')
  t.equal((await all.advance(1001)).status, 400)
  for (const client of [as('other'), as('last')]) t.equal(textOf(await client.say('hello')), `Hello, ${startTime}.`)
  t.equal((await all.advance(1000)).status, 200)
})

t.test('the real clock cannot be moved: 409, whether somebody has come already or not', async t => {
  const { control, all, client } = await begin(t, { clock: 'real' })
  const refused = { status: 409, body: { mock: { code: 'clock_is_real', hint: /--clock manual/ } } }
  t.match(await all.advance(1), refused)
  await client.say('hello')
  t.match(await all.advance(1), refused)
  t.match(await control.advance(1), refused)
})

t.test('a reset ends what runs: a waiting POST gets 503, a stream a comment and no [DONE]', async t => {
  const started = await begin(t)
  const { control, client } = started
  const waiting = client.say('slow')
  await running(started)
  const reading = await follow(signal => client.send({ message: user('slow'), stream: true }, 'support', { signal }))
  await reading.said('part.done')
  const { body } = await client.post({ message: user('slow'), background: true })
  t.match(await control.post('/reset'), { status: 200, body: { workspaces: 1 } })
  t.match(await waiting, { status: 503, body: { mock: { code: 'task_reset', task_id: String } } })
  const text = await reading.ended
  t.match(text, /part\.done.*\n\n: [^\n]+\n\n$/s)
  t.notMatch(text, '[DONE]')
  t.equal((await client.get(body.task_id)).status, 404)
  await control.advance(5000)
  t.strictSame(await control.tasks(), [], 'and their timers do nothing more')
})

t.test('a reset puts tasks, journal, counters, overlay and clock back to the start', async t => {
  const { control, client } = await begin(t, { maxRequests: 2 })
  await control.put('/fixtures', fixture([{ name: 'over', when: { text: 'over' }, steps: [{ say: 'Over.' }] }]))
  for (const text of ['hello', 'over', 'flaky']) await client.say(text)
  await control.advance(1000)
  await control.post('/reset')
  t.strictSame(await control.tasks(), [])
  t.strictSame((await control.get('/requests')).body, { requests: [], dropped: 0 })
  t.strictSame(
    (await control.get('/scripts')).body.scripts.map(({ played }: { played: number }) => played),
    [0, 0, 0, 0, 0],
  )
  t.match((await control.advance(0)).body, { clocks: [{ now: startTime }] })
  t.equal((await client.say('over')).status, 404)
  t.equal((await client.say('flaky')).status, 503, 'its first attempt again')
  t.equal((await control.lastRequest()).number, 2)
})

t.test('after a reset the same requests bring the same bytes; other keys bring others', async t => {
  const { control, url, as } = await begin(t)
  const session = async (key: string) => {
    const replies: string[] = []
    const send = async (body: object) => {
      const sent = exchange(url, { key, path: '/v2/agents/support/responses', body })
      await sent.ended
      replies.push(sent.received())
    }
    await send({ message: user('hello') })
    await send({ message: user('ask'), stream: true })
    await send({ message: user('hello'), background: true })
    await controlOf(url, key).advance(500)
    await send({ message: user('hello'), variables: {} })
    return replies
  }
  const first = await session(key)
  await control.post('/reset')
  await as('other').say('hello')
  t.strictSame(await session(key), first)
  t.not((await session('third'))[0], first[0])
})

t.test('a key resets its own workspace; without one all go, and what was put for all', async t => {
  const { control, all, client, as, url } = await begin(t)
  await all.put('/fixtures', fixture([{ name: 'over', when: { text: 'over' }, steps: [{ say: 'For all.' }] }]))
  for (const one of [client, as('other')]) await one.say('over')
  await control.post('/reset')
  t.strictSame(await control.requests(), [])
  t.equal((await controlOf(url, 'other').requests()).length, 1)
  t.equal(textOf(await client.say('over')), 'For all.', 'what was put for all is not of one key')
  t.match((await all.post('/reset')).body, { workspaces: 2 })
  t.strictSame(await all.requests(), [])
  t.equal((await client.say('over')).status, 404)
})

t.test('health counts what is there and what had to go', async t => {
  const started = await begin(t, { maxTasks: 2, maxRequests: 3, maxWorkspaces: 2 })
  const { all, client, as } = started
  const health = async () => (await all.get('/health')).body
  const dropped = { workspaces: 0, tasks: 0, requests: 0, overlays: 0 }
  const fixtures = { scripts: 5, agents: 1, watching: false }
  const rest = { unknown_routes: 0, unauthorized: 0, refused: 0, fixtures }
  const none = { workspaces: 0, tasks: 0, running: 0, streams: 0, requests: 0, unmatched: 0 }
  t.strictSame(await health(), { status: 'ok', ...none, ...rest, dropped })
  for (const text of ['hello', 'hello', 'hello', 'nothing']) await client.say(text)
  const reading = await follow(signal => client.send({ message: user('slow'), stream: true }, 'support', { signal }))
  const one = { workspaces: 1, tasks: 2, running: 1, streams: 1, requests: 5, unmatched: 1 }
  t.strictSame(await health(), { status: 'ok', ...one, ...rest, dropped: { ...dropped, tasks: 2, requests: 2 } })
  reading.leave()
  await until('gone', () => started.mock.totals.streams === 0)
  t.match(await health(), { running: 1, streams: 0 }, 'the task goes on')
  for (const key of ['second', 'third']) await as(key).say('hello')
  t.match(await health(), { workspaces: 2, requests: 7, dropped: { workspaces: 1 } })
  await all.post('/reset')
  t.match(await health(), { workspaces: 2, tasks: 0, running: 0, requests: 7, unmatched: 1 })
})

t.test('ready answers, and neither it nor health is journalled', async t => {
  const { all, control } = await begin(t)
  t.match(await all.get('/ready'), { status: 200, body: { status: 'ready' } })
  await control.get('/health')
  t.strictSame(await all.requests(), [])
})

t.test('fixture.schema.json is the language that fixtures are checked against', async t => {
  const { all } = await begin(t)
  const { status, headers, body } = await all.get('/fixture.schema.json')
  t.equal(status, 200)
  t.match(headers.get('content-type'), /^application\/(schema\+)?json/)
  t.strictSame(body, fixtureSchema())
  const shipped = readFileSync(new URL('../schema/fixture.schema.json', import.meta.url), 'utf8')
  t.strictSame(body, JSON.parse(shipped), 'and the one that is shipped')
})

t.test('a token narrows each list to what is of its workspace', async t => {
  const { all, as, url } = await begin(t)
  const tasks: string[] = []
  for (const key of ['a', 'b', 'b']) tasks.push((await as(key).say('hello')).body.task_id)
  for (const path of ['/tasks', '/requests']) {
    const list = path.slice(1)
    const of = async (control: typeof all) =>
      ((await control.get(path)).body[list] as { id?: string; task?: string; workspace: string }[]).map(
        ({ id, task, workspace }) => `${workspace} ${id ?? task}`,
      )
    const [one, other, third] = tasks.map((id, index) => `${fingerprintOf(index === 0 ? 'a' : 'b')} ${id}`)
    t.strictSame(await of(controlOf(url, 'a')), [one])
    t.strictSame(await of(controlOf(url, 'b')), [other, third])
    t.strictSame(await of(controlOf(url, 'c')), [])
    t.strictSame(await of(all), [one, other, third])
  }
  t.match((await controlOf(url, 'a').delete('/requests')).body, { deleted: 1 })
  t.equal((await all.requests()).length, 2)
})
