import t from 'tap'
import { fingerprintOf } from './control.ts'
import { user } from './kit.ts'
import { auth, json, poll, turns } from './raw-http.ts'
import { begin, hello, key, logged, type World } from './turned-away.ts'

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
