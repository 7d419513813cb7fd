import t, { type Test } from 'tap'
import type { Settings } from '../src/options/settings.ts'
import { controlOf, follow } from './control.ts'
import { until } from './exchange.ts'
import { fixture, start, user, type Client, type Reply } from './kit.ts'
import { auth, isError, json, speakTo, turns } from './raw-http.ts'

const scripts = fixture([
  { name: 'slow', when: { text: 'slow' }, hold: { polls: 0 }, steps: [{ wait: '1s' }, { say: 'Done.' }] },
  { name: 'stall', when: { text: 'stall' }, steps: [{ say: 'Half.' }, { cut: 'stall' }, { wait: '1s' }] },
  {
    name: 'twofold',
    when: { text: 'twofold' },
    attempts: [{ steps: [{ say: 'First.' }] }, { steps: [{ say: 'Second.' }] }],
  },
  { name: 'hello', when: { text: 'hello' }, steps: [{ say: 'Hello.' }] },
])
const key = 'test-key'

async function begin(t: Test, settings: Partial<Settings> = {}) {
  const started = await start(t, { fixtures: [scripts], clock: 'manual', seed: 'golden', ...settings })
  return { ...started, control: controlOf(started.url, key), all: controlOf(started.url) }
}

const slowly = async (client: Client): Promise<string> =>
  (await client.post({ message: user('slow'), background: true })).body.task_id
const hello = async (client: Client): Promise<string> => (await client.say('hello')).body.task_id
const statuses = async (client: Client, ids: string[]) =>
  Promise.all(ids.map(async id => (await client.get(id)).status))

function isLimit(t: Test, { status, headers, body }: Reply, flag: string): void {
  t.equal(status, 429)
  t.match(headers.get('retry-after'), /^[1-9]\d*$/)
  t.match(body, { code: 429, source: 'system', mock: { code: 'limit_reached', hint: new RegExp(flag) } })
}

t.test('where a new task has no place, the oldest that has ended goes', async t => {
  const { client, all } = await begin(t, { maxTasks: 3 })
  const ids = [await hello(client), await hello(client), await hello(client), await hello(client)]
  t.strictSame(await statuses(client, ids), [404, 200, 200, 200])
  await client.say('hello', { task_id: ids[1] })
  await hello(client)
  t.strictSame(
    await statuses(client, ids),
    [404, 404, 200, 200],
    'a continuation opens no task, and makes none younger',
  )
  t.match((await all.get('/health')).body, { tasks: 3, dropped: { tasks: 2 } })
})

t.test('a running task is never dropped, however old', async t => {
  const { client, control } = await begin(t, { maxTasks: 3 })
  const old = await slowly(client)
  const ids = [await hello(client), await hello(client), await hello(client), await hello(client)]
  t.strictSame(await statuses(client, [old, ...ids]), [200, 404, 404, 200, 200])
  await control.advance(1000)
  t.match((await client.get(old)).body, { status: 'completed' })
  await hello(client)
  t.equal((await client.get(old)).status, 404, 'but when it has ended it is the oldest')
})

t.test('where all tasks run, a new one is a 429 until one has ended, in every mode', async t => {
  const { client, control, as } = await begin(t, { maxTasks: 2 })
  await slowly(client)
  await slowly(client)
  for (const mode of [{}, { background: true }, { stream: true }])
    isLimit(t, await client.post({ message: user('hello'), ...mode }), '--max-tasks')
  t.equal((await as('other').say('hello')).status, 200, 'each key has its own limit')
  t.equal((await control.tasks()).length, 2)
  await control.advance(1000)
  t.equal((await client.say('hello')).status, 200)
})

/** Fills the places, is refused, frees them and goes on; without being refused, the same. Answers what comes last. */
const fullHouses: [limit: string, settings: Partial<Settings>, text: object][] = [
  ['maxTasks', { maxTasks: 1 }, {}],
  ['maxStreams', { maxStreams: 1 }, { stream: true }],
]
for (const [limit, settings, mode] of fullHouses) {
  t.test(`a request that ${limit} refuses moves nothing: no attempt, no id, and no script has played`, async t => {
    const session = async (refused: boolean) => {
      const { client, control, mock } = await begin(t, settings)
      const reading = await follow(signal =>
        client.send({ message: user('slow'), stream: true }, 'support', { signal }),
      )
      if (refused) {
        isLimit(
          t,
          await client.post({ message: user('twofold'), ...mode }),
          `--${limit.replace(/[A-Z]/, '-$&').toLowerCase()}`,
        )
        const entry = await control.lastRequest()
        t.match(entry, { status: 429, end: 'refused', unmatched: false, reply: { code: 429 } })
        t.notOk('script' in entry)
        t.equal((await control.post('/verify', [{ script: 'twofold', never: true }])).status, 200)
      }
      await control.advance(1000)
      await reading.ended
      await until('closed', () => mock.totals.streams === 0)
      const { body } = await client.say('twofold')
      t.equal(body.output[0].parts[0].text, 'First.')
      return body
    }
    t.strictSame(await session(true), await session(false))
  })
}

t.test('where a new key has no place, the one that has been idle longest goes', async t => {
  const { as, all } = await begin(t, { maxWorkspaces: 2 })
  const [a, b, c] = [as('a'), as('b'), as('c')]
  const ids = [await hello(a), await hello(b)]
  await a.get(ids[0]!)
  await hello(c)
  t.equal((await a.get(ids[0]!)).status, 200)
  t.match((await all.get('/health')).body, { workspaces: 2, dropped: { workspaces: 1 } })
  t.equal((await b.get(ids[1]!)).status, 404, 'b has a new workspace, and c none any more')
  t.match((await all.get('/health')).body, { workspaces: 2, dropped: { workspaces: 2 } })
})

t.test('a workspace that runs a task is never dropped; where all do, a new key is a 429', async t => {
  const { as, all, url } = await begin(t, { maxWorkspaces: 2 })
  const running = await slowly(as('a'))
  await hello(as('b'))
  await hello(as('c'))
  t.equal((await as('a').get(running)).status, 200)
  await slowly(as('c'))
  isLimit(t, await as('d').say('hello'), '--max-workspaces')
  t.equal((await as('a').say('hello')).status, 200)
  await controlOf(url, 'a').advance(1000)
  t.equal((await as('d').say('hello')).status, 200)
  t.match((await all.get('/health')).body, { workspaces: 2, running: 1 })
})

t.test('so many streams may be open, over all keys; other turns have their place', async t => {
  const { as, client, mock } = await begin(t, { maxStreams: 2 })
  const open = (client: Client) =>
    follow(signal => client.send({ message: user('slow'), stream: true }, 'support', { signal }))
  const first = await open(client)
  await open(as('other'))
  isLimit(t, await client.post({ message: user('hello'), stream: true }), '--max-streams')
  t.equal((await client.say('hello')).status, 200)
  first.leave()
  await until('left', () => mock.totals.streams === 1)
  t.ok((await client.stream({ message: user('hello') })).done)
})

t.test('a stream that stalls is open until somebody closes it', async t => {
  const { client, all, mock } = await begin(t, { maxStreams: 1 })
  const stalled = await follow(signal => client.send({ message: user('stall'), stream: true }, 'support', { signal }))
  await stalled.said('part.done')
  t.match((await all.get('/health')).body, { streams: 1 })
  isLimit(t, await client.post({ message: user('hello'), stream: true }), '--max-streams')
  stalled.leave()
  await until('left', () => mock.totals.streams === 0)
  t.ok((await client.stream({ message: user('hello') })).done)
})

t.test('with API keys given, others are a 401 and get no workspace', async t => {
  const { as, all, url } = await begin(t, { apiKey: ['one', 'two'] })
  for (const key of ['one', 'two']) t.equal((await as(key).say('hello')).status, 200)
  for (const key of ['three', 'One', 'one two']) {
    t.match(await as(key).say('hello'), { status: 401, body: { message: 'API key is not valid for this workspace' } })
    t.equal((await fetch(`${url}${turns}/01K`, { headers: as(key).headers })).status, 401)
  }
  t.match((await all.get('/health')).body, { workspaces: 2, requests: 8, unauthorized: 6 })
})

t.test('a body of so many bytes is taken, one more is a 413, in the emulated API and the control API', async t => {
  const { url } = await begin(t, { maxBody: 1000 })
  const { ask } = speakTo(url)
  const bare = JSON.stringify({ message: user('hello'), block: 'é' })
  const body = (bytes: number) => bare.replace('é', `é${'x'.repeat(bytes - Buffer.byteLength(bare))}`)
  for (const [method, path] of [
    ['POST', turns],
    ['PUT', '/__admin/fixtures'],
  ] as const) {
    for (const framing of [{}, { 'transfer-encoding': 'chunked' }]) {
      t.not((await ask(method, path, { ...auth, ...json, ...framing }, body(1000))).status, 413)
      const answer = await ask(method, path, { ...auth, ...json, ...framing }, body(1001))
      isError(t, answer, 413, /larger than 1000 bytes/)
      t.match(answer.text, '--max-body')
    }
  }
})
