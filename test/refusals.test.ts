import t, { type Test } from 'tap'
import type { Settings } from '../src/settings.ts'
import { makeLog } from '../src/log.ts'
import { controlOf, fingerprintOf } from './control.ts'
import { until } from './exchange.ts'
import { fixture, start, user } from './kit.ts'
import { auth, json, poll, speakTo, turns } from './raw-http.ts'

const scripts = fixture([{ name: 'hello', when: { text: 'hello' }, steps: [{ say: 'Hello.' }] }])
const hello = JSON.stringify({ message: user('hello') })
const key = 'test-key'

async function begin(t: Test, settings: Partial<Settings> = {}) {
  const lines: string[] = []
  const log = makeLog({ level: 'info', plain: true, write: text => void lines.push(...text.trimEnd().split('\n')) })
  const started = await start(t, { fixtures: [scripts], maxBody: 4000, log, ...settings })
  const all = controlOf(started.url)
  const health = async () => (await all.get('/health')).body
  return { ...started, ...speakTo(started.url), all, control: controlOf(started.url, key), health, lines }
}
type World = Awaited<ReturnType<typeof begin>>

/** Waits for so many lines of the log, and answers the last without its time. */
async function logged({ lines }: World, count = 1): Promise<string> {
  await until('logged', () => lines.length >= count)
  return lines.at(-1)!.replace(/\d+ ms/, 'N ms')
}

const nested = `{"message":${'['.repeat(600)}${']'.repeat(600)}}`
const body = (more: object) => JSON.stringify({ message: user('hello'), ...more })
const raw = (text: string) => (world: World) => world.send(text)
const head = `POST ${turns} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${key}\r\nconnection: close\r\n`
const post =
  (text: string, headers: Record<string, string> = {}) =>
  ({ post }: World) =>
    post(text, { ...auth, ...json, ...headers })
const ask =
  (method: string, path: string, headers: Record<string, string> = auth, sent?: string) =>
  ({ ask }: World) =>
    ask(method, path, headers, sent)

type Sort = 'refused' | 'no script' | 'unknown route' | 'unauthorized'
type Case = [what: string, act: (world: World) => Promise<unknown>, status: number, sort: Sort, told: RegExp]
const withKey: Case[] = [
  [
    'a miss',
    post(body({ message: user('nothing') })),
    404,
    'no script',
    /^support → no script: The nearest script is "hello" \(fixtures\[0\]\S+: text: expected "hello", found "nothing", sync, 404, N ms$/,
  ],
  [
    'a wrong body',
    post('{"message":{"role":"user","parts":3}}'),
    400,
    'refused',
    /^support → refused: message\.parts must be array.*, 400, N ms$/,
  ],
  ['no JSON', post('{'), 400, 'refused', /^support → refused: The body is not JSON: line 1, column 2.*, 400, N ms$/],
  [
    'JSON that is too deep',
    post(nested),
    400,
    'refused',
    /^support → refused: The body is nested deeper than 500 levels, 400, N ms$/,
  ],
  [
    'an unknown task',
    post(body({ task_id: '01K' })),
    404,
    'refused',
    /^support → refused: Task 01K was not found, 404, N ms$/,
  ],
  ['a poll of no task', ask('GET', poll), 404, 'refused', /^support → refused: Task 01K was not found, 404, N ms$/],
  ['a wrong method', ask('PUT', turns), 405, 'refused', /^support → refused: PUT is not a method of .*, 405, N ms$/],
  [
    'a large body',
    post(body({ x: 'x'.repeat(5000) })),
    413,
    'refused',
    /^support → refused: The body is larger than 4000 bytes, 413, N ms$/,
  ],
  [
    'a long path',
    ask('GET', `${turns}/${'x'.repeat(2000)}`),
    414,
    'refused',
    /^GET \S{100,120}… → refused: A part of the path is too long, 414, N ms$/,
  ],
  [
    'a body that is no JSON by its type',
    post(hello, { 'content-type': 'text/plain' }),
    415,
    'refused',
    /^support → refused: Content-Type must be .*, 415, N ms$/,
  ],
  [
    'another charset',
    post(hello, { 'content-type': 'application/json; charset=latin1' }),
    415,
    'refused',
    /^support → refused: JSON is UTF-8; .*, 415, N ms$/,
  ],
  [
    'an encoded body',
    post(hello, { 'content-encoding': 'gzip' }),
    415,
    'refused',
    /^support → refused: Content-Encoding "gzip" is .*, 415, N ms$/,
  ],
  [
    'an unknown expectation',
    raw(`${head}expect: wonders\r\ncontent-length: 2\r\n\r\n{}`),
    417,
    'refused',
    /^POST \S+\/responses → refused: Only "Expect: 100-continue" can be met, 417, N ms$/,
  ],
  [
    'no Host',
    raw(head.replace('host: a\r\n', '') + '\r\n'),
    400,
    'refused',
    /^support → refused: HTTP\/1\.1 wants a Host header, 400, N ms$/,
  ],
  [
    'a path that cannot be decoded',
    ask('GET', '/v2/agents/%zz/responses'),
    400,
    'refused',
    /^GET \/v2\/agents\/%zz\/responses → refused: The path .* cannot be decoded, 400, N ms$/,
  ],
  [
    'an unknown route',
    ask('POST', '/v1/agents/support/responses', { ...auth, ...json }, hello),
    404,
    'unknown route',
    /^POST \/v1\/agents\/support\/responses → unknown route, 404, N ms$/,
  ],
  [
    'a path without an agent',
    ask('POST', '/v2/agents//responses', { ...auth, ...json }, hello),
    404,
    'unknown route',
    /^POST \/v2\/agents\/\/responses → unknown route, 404, N ms$/,
  ],
]
const withoutKey: Case[] = [
  [
    'a turn without a key',
    ask('POST', turns, json, hello),
    401,
    'unauthorized',
    /^support → refused: API key is not valid for this workspace: Send "Authorization: .*, 401, N ms$/,
  ],
  ['a poll without a key', ask('GET', poll, {}), 401, 'unauthorized', /^support → refused: API key .*, 401, N ms$/],
  [
    'an unknown route without a key',
    ask('GET', '/v1/models', {}),
    404,
    'unknown route',
    /^GET \/v1\/models → unknown route, 404, N ms$/,
  ],
  [
    'a preflight of an unknown route',
    ask('OPTIONS', '/v1/agents', { origin: 'http://a.test' }),
    404,
    'unknown route',
    /^OPTIONS \/v1\/agents → unknown route, 404, N ms$/,
  ],
  [
    'a wrong method without a key',
    ask('DELETE', turns, {}),
    405,
    'refused',
    /^support → refused: DELETE is not .*, 405, N ms$/,
  ],
]

const countsOf = (sort: Sort) => ({
  requests: 1,
  unmatched: sort === 'refused' ? 0 : 1,
  refused: sort === 'refused' ? 1 : 0,
  unknown_routes: sort === 'unknown route' ? 1 : 0,
  unauthorized: sort === 'unauthorized' ? 1 : 0,
})

for (const [cases, keyed] of [
  [withKey, true],
  [withoutKey, false],
] as const)
  for (const [what, act, status, sort, told] of cases)
    t.test(`${what} is journalled, counted and logged`, async t => {
      const world = await begin(t)
      await act(world)
      t.match(await logged(world), told, 'the log says what happened')
      t.equal(world.lines.length, 1)
      t.match(await world.health(), countsOf(sort))
      const [entry, ...more] = await world.all.requests()
      t.match(entry, { number: 1, status, end: 'refused', unmatched: sort !== 'refused', took_ms: Number })
      t.strictSame(more, [])
      t.equal(entry.workspace, keyed ? fingerprintOf(key) : undefined)
      t.equal((await world.all.requests('?unmatched=true')).length, sort === 'refused' ? 0 : 1)
      t.equal((await world.control.requests()).length, keyed ? 1 : 0, 'it belongs to whose key it brought')
    })

t.test('what is no request is counted and logged', async t => {
  const world = await begin(t)
  await world.send('Hello?\r\n\r\n')
  t.equal(await logged(world), 'unreadable request → refused: This is not an HTTP request that can be read, 400')
  t.match(await world.health(), { requests: 0, unmatched: 0, refused: 1 })
})

t.test('with `apiKeys`, another key gets no workspace, whatever it asks; it is not written down anywhere', async t => {
  const world = await begin(t, { apiKeys: [key] })
  const secret = 'a-secret-of-somebody'
  const wrong = { authorization: `Bearer ${secret}` }
  await world.ask('POST', turns, { ...wrong, ...json }, hello)
  await world.ask('GET', `/v1/models?api_key=${secret}`, wrong)
  await world.ask('GET', `http://user:${secret}@a.test/v2/agents/%zz?key=${secret}`, wrong)
  await world.ask('PUT', `${turns}?key=${secret}`, wrong)
  await logged(world, 4)
  t.match(await world.health(), {
    workspaces: 0,
    requests: 4,
    unmatched: 2,
    unauthorized: 1,
    unknown_routes: 1,
    refused: 2,
  })
  const { body } = await world.all.get('/requests')
  t.strictSame(
    body.requests.map(({ url, workspace }: { url: string; workspace?: string }) => [url, workspace]),
    [turns, '/v1/models', '/v2/agents/%zz', turns].map(url => [url, undefined]),
  )
  t.notMatch(JSON.stringify([body, world.lines, [...world.mock.totals.misses()]]), secret)
})

t.test('of requests without a workspace the latest hundred are kept', async t => {
  const { ask, all, health, mock } = await begin(t)
  for (let count = 0; count < 103; count += 1) await ask('GET', `/v1/${count}`, {})
  const { requests, dropped } = (await all.get('/requests')).body
  t.match(
    { dropped, length: requests.length, first: requests[0] },
    { dropped: 3, length: 100, first: { url: '/v1/3' } },
  )
  t.match(await health(), { unmatched: 103, dropped: { requests: 3 } })
  t.equal(mock.totals.misses().size, 100, 'and so are different lines for people')
  t.match((await all.delete('/requests')).body, { deleted: 100 })
  await ask('GET', '/v1/again', {})
  await all.post('/reset')
  t.strictSame(await all.requests(), [])
})

for (const [method, path] of [
  ['GET', '/'],
  ['HEAD', '/'],
  ['GET', '/favicon.ico'],
  ['GET', '/robots.txt?x'],
  ['GET', '/.well-known/appspecific/com.chrome.devtools.json'],
  ['GET', '/__admin'],
  ['POST', '/__admin/resets'],
  ['PATCH', '/__admin/health'],
  ['GET', '/%5F_admin/%zz'],
  ['OPTIONS', '/__admin/requests'],
] as const)
  t.test(`${method} ${path} is no request of the API, and is counted nowhere`, async t => {
    const { ask, all, health, lines } = await begin(t)
    t.ok((await ask(method, path, auth)).status >= 400)
    t.match(await health(), { requests: 0, unmatched: 0, refused: 0, workspaces: 0 })
    t.strictSame(await all.requests(), [])
    t.strictSame(lines, [])
  })

t.test('a line of the log is one line and no long one, whatever a client names', async t => {
  const world = await begin(t)
  const agent = `a\n→ b\u2028\u001b[2J${'x'.repeat(900)}`
  await world.as(key).say('hello\nagain', {}, agent)
  await world.as(key).post({ message: { role: 'user', parts: [{ kind: 'te\r\nxt' }] } }, agent)
  await world.as(key).say(`no\n${'thing'.repeat(500)}`, {}, agent)
  await logged(world, 3)
  for (const line of world.lines) {
    t.ok(line.length < 700, `${line.length} characters`)
    t.match(line, /^a\?→ b\?\?\[2Jx+… → /)
    t.notMatch(line, /[\p{Cc}\u2028]/u)
  }
})

t.test('where all workspaces are busy, the request that found no place is seen', async t => {
  const world = await begin(t, {
    maxWorkspaces: 1,
    fixtures: [fixture([{ name: 'slow', steps: [{ wait: '1m' }] }])],
  })
  await world.client.post({ message: user('slow'), background: true })
  t.equal((await world.as('other').say('slow')).status, 429)
  t.match(await world.all.requests(), [{ status: 200 }, { status: 429, end: 'refused', unmatched: false }])
  t.match(await logged(world, 2), /^support → refused: All 1 workspaces are running tasks, 429, N ms$/)
})
