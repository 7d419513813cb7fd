import t, { type Test } from 'tap'
import { fixture, start, user } from './kit.ts'
import { auth, isError, json, poll, speakTo, turns, type Answer } from './raw-http.ts'

const fixtures = [
  fixture([
    { name: 'busy', when: { text: 'busy' }, http: { status: 429, headers: { 'Retry-After': '1' } } },
    { name: 'hello', when: { text: 'hello' }, steps: [{ say: 'Hello.' }] },
  ]),
]
const hello = JSON.stringify({ message: user('hello') })

interface Route {
  method: string
  path: string
}

/** The route table as the server itself tells it: the hint of a 404 names every route. */
async function routesOf(url: string): Promise<Route[]> {
  const { text } = await speakTo(url).ask('GET', '/nowhere', {})
  const { hint } = (JSON.parse(text) as { mock: { hint: string } }).mock
  const routes = [...hint.matchAll(/\b([A-Z]+) (\/[^\s,]*[^\s,.])/g)]
  return routes.map(([, method, path]) => ({ method: method!, path: path!.replace('{id}', '01K') }))
}

async function begin(t: Test, settings: object = {}) {
  const { url } = await start(t, { fixtures, ...settings })
  const { ask } = speakTo(url)
  const routes = (await routesOf(url)).filter(({ path }) => path.startsWith('/__admin/'))
  const all = routes.flatMap(route => (route.method === 'GET' ? [route, { ...route, method: 'HEAD' }] : [route]))
  const knock = ({ method, path }: Route, headers: Record<string, string> = {}) =>
    method === 'POST' || method === 'PUT'
      ? ask(method, path, { ...json, ...headers }, '{}')
      : ask(method, path, headers)
  return { url, ask, all, knock, port: new URL(url).port }
}

const refused = (t: Test, { method }: Route, answer: Answer, status: number, words: string) => {
  if (method === 'HEAD') t.equal(answer.status, status)
  else isError(t, answer, status, words)
  noCors(t, answer)
}
const letIn = (t: Test, { status, text }: Answer) => {
  t.notOk([401, 403, 415].includes(status), `${status} ${text.slice(0, 80)}`)
}
const noCors = (t: Test, { headers }: Answer) =>
  t.strictSame(
    Object.keys(headers).filter(name => name.startsWith('access-control-')),
    [],
  )

t.test('the route table has every call of the control API', async t => {
  const { url, ask } = await begin(t)
  const told = (await routesOf(url)).map(({ method, path }) => `${method} ${path.replace('/__admin', '')}`)
  const calls = [
    ...['GET /health', 'GET /ready', 'GET /requests', 'DELETE /requests', 'POST /verify', 'GET /scripts'],
    ...['PUT /fixtures', 'DELETE /fixtures', 'GET /tasks', 'GET /tasks/01K', 'POST /tasks/01K/approve'],
    ...['POST /tasks/01K/reject', 'POST /tasks/01K/release', 'POST /tasks/01K/fail', 'POST /clock/advance'],
    ...['POST /reset', 'GET /openapi.json', 'GET /fixture.schema.json'],
  ]
  t.strictSame(
    calls.filter(call => !told.includes(call)),
    [],
    'none is missing',
  )
  const { status, text } = await ask('GET', '/__admin/openapi.json', {})
  if (!t.equal(status, 200)) return
  const { paths } = JSON.parse(text) as { paths: Record<string, Record<string, unknown>> }
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map(
      method => `${method.toUpperCase()} ${path.replace('/__admin', '').replace('{id}', '01K')}`,
    ),
  )
  t.strictSame(
    told.filter(call => !described.includes(call)),
    [],
    'all are described',
  )
})

t.test('a foreign Host is refused on every route: DNS rebinding', async t => {
  const { all, knock } = await begin(t)
  const hosts = ['evil.test', 'evil.test:4010', 'EVIL.test.', 'localhost.evil.test', '127.0.0.1.evil.test', '1.2.3']
  for (const route of all) for (const host of hosts) refused(t, route, await knock(route, { host }), 403, 'host')
})

t.test('an IP address, localhost and a name without a dot are known hosts on every route', async t => {
  const { all, knock } = await begin(t)
  const hosts = [
    'localhost',
    'LocalHost:4010',
    'localhost.',
    '127.0.0.1:80',
    '192.168.1.7',
    '[::1]:4010',
    'mock',
    'mock:1',
  ]
  for (const route of all) for (const host of hosts) letIn(t, await knock(route, { host }))
})

t.test('an allowed host is known, with every port and in every letter case; those beside it are not', async t => {
  const { all, knock } = await begin(t, { allowHost: ['mock.Example.test'] })
  for (const route of all) {
    for (const host of ['mock.example.test', 'MOCK.example.test:8080', 'mock.example.test.', 'localhost'])
      letIn(t, await knock(route, { host }))
    for (const host of ['example.test', 'a.mock.example.test', 'mock.example.test.evil.test'])
      refused(t, route, await knock(route, { host }), 403, 'host')
  }
})

t.test('a page of another origin is refused on every route, one of our own is not', async t => {
  const { all, knock, port } = await begin(t)
  const foreign = ['https://evil.test', 'null', 'http://localhost', 'http://localhost:1', 'file://', 'nonsense', '']
  for (const route of all) {
    for (const origin of [...foreign, `http://127.0.0.1:${port}`])
      refused(t, route, await knock(route, { host: `localhost:${port}`, origin }), 403, 'origin')
    refused(t, route, await knock(route, { 'sec-fetch-site': 'cross-site' }), 403, 'origin')
    for (const site of ['same-origin', 'none']) letIn(t, await knock(route, { 'sec-fetch-site': site }))
    letIn(t, await knock(route, { host: `localhost:${port}`, origin: `http://localhost:${port}` }))
  }
})

t.test('a body that is not JSON by its content type is refused on every route: a form of another page', async t => {
  const { all, ask } = await begin(t)
  const types = [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain;application/json',
  ]
  for (const route of all.filter(({ method }) => method !== 'GET' && method !== 'HEAD')) {
    const send = (headers: Record<string, string>) =>
      ask(route.method, route.path, { 'content-length': '2', ...headers }, '{}')
    for (const type of types) refused(t, route, await send({ 'content-type': type }), 415, 'application/json')
    if (route.method !== 'DELETE') refused(t, route, await send({}), 415, 'application/json')
  }
})

t.test('no preflight is answered, whoever asks', async t => {
  const { all, ask, port } = await begin(t)
  for (const { method, path } of all)
    for (const origin of ['https://evil.test', `http://localhost:${port}`]) {
      const wish = { 'access-control-request-method': method, 'access-control-request-headers': 'x-admin-token' }
      const answer = await ask('OPTIONS', path, { host: `localhost:${port}`, origin, ...wish })
      t.ok(answer.status >= 400, `${answer.status}`)
      noCors(t, answer)
    }
})

t.test('no answer of the control API may be read by another page', async t => {
  const { all, knock, port } = await begin(t, { corsOrigin: 'https://app.test' })
  for (const route of all) {
    noCors(t, await knock(route))
    noCors(t, await knock(route, { host: `localhost:${port}`, origin: `http://localhost:${port}` }))
    refused(t, route, await knock(route, { origin: 'https://app.test' }), 403, 'origin')
  }
})

const secret = 'the admin token'
const open = ['/__admin/health', '/__admin/ready']

t.test('with an admin token, every route but health and ready wants it', async t => {
  const { all, knock } = await begin(t, { adminToken: secret })
  const wrong = [secret.slice(1), `${secret}x`, secret.toUpperCase(), 'x'.repeat(secret.length), '', 'x'.repeat(4000)]
  for (const route of all.filter(({ path }) => !open.includes(path))) {
    refused(t, route, await knock(route), 401, 'token')
    for (const token of wrong) refused(t, route, await knock(route, { 'x-admin-token': token }), 401, 'token')
    refused(t, route, await knock(route, { authorization: `Bearer ${secret}` }), 401, 'token')
    letIn(t, await knock(route, { 'x-admin-token': secret }))
    refused(t, route, await knock(route, { 'x-admin-token': secret, host: 'evil.test' }), 403, 'host')
    refused(t, route, await knock(route, { 'x-admin-token': secret, origin: 'https://evil.test' }), 403, 'origin')
  }
})

t.test('the admin token is asked for before a body is looked at', async t => {
  const { all, ask } = await begin(t, { adminToken: secret })
  for (const route of all.filter(({ method }) => method === 'POST' || method === 'PUT')) {
    refused(t, route, await ask(route.method, route.path, json, '{'), 401, 'token')
    refused(t, route, await ask(route.method, route.path, { 'content-type': 'text/plain' }, 'x'), 401, 'token')
  }
})

t.test('health and ready are open without a token, but to known hosts only', async t => {
  const { all, knock } = await begin(t, { adminToken: secret })
  for (const route of all.filter(({ path }) => open.includes(path))) {
    t.equal((await knock(route)).status, 200)
    t.equal((await knock(route, { 'x-admin-token': 'wrong' })).status, 200)
    refused(t, route, await knock(route, { host: 'evil.test' }), 403, 'host')
  }
})

const origin = 'https://app.test'
const asking = { origin, 'access-control-request-headers': 'authorization,content-type' }

for (const [corsOrigin, told] of [
  [undefined, '*'],
  ['https://only.test', 'https://only.test'],
] as const) {
  t.test(`the emulated API may be used by pages of ${corsOrigin ?? 'any origin'}`, async t => {
    const { ask } = await begin(t, corsOrigin ? { corsOrigin } : {})
    for (const [path, method] of Object.entries({ [turns]: 'POST', [poll]: 'GET' })) {
      const { status, headers } = await ask('OPTIONS', path, { ...asking, 'access-control-request-method': method })
      t.equal(status, 204)
      t.equal(headers['access-control-allow-origin'], told)
      t.match(headers['access-control-allow-methods'], method)
      t.match(headers['access-control-allow-headers'], /(?=.*authorization)(?=.*content-type)/i)
    }
    const post = (text: string, more: object = {}) => JSON.stringify({ message: user(text), ...more })
    const readable: [what: string, answer: Promise<Answer>, status: number][] = [
      ['a turn', ask('POST', turns, { ...auth, ...json, origin }, hello), 200],
      ['a stream', ask('POST', turns, { ...auth, ...json, origin }, post('hello', { stream: true })), 200],
      ['a scripted 429', ask('POST', turns, { ...auth, ...json, origin }, post('busy')), 429],
      ['a miss', ask('POST', turns, { ...auth, ...json, origin }, post('nothing')), 404],
      ['a wrong body', ask('POST', turns, { ...auth, ...json, origin }, '{}'), 400],
      ['no JSON', ask('POST', turns, { ...auth, ...json, origin }, '{'), 400],
      ['no JSON by type', ask('POST', turns, { ...auth, origin, 'content-type': 'text/plain' }, hello), 415],
      [
        'another charset',
        ask('POST', turns, { ...auth, origin, 'content-type': 'application/json; charset=latin1' }, hello),
        415,
      ],
      ['a missing key', ask('POST', turns, { ...json, origin }, hello), 401],
      ['an unknown task', ask('GET', poll, { ...auth, origin }), 404],
    ]
    for (const [what, answer, wanted] of readable) {
      const { status, headers } = await answer
      t.equal(status, wanted, what)
      t.equal(headers['access-control-allow-origin'], told, `${what} names the origin`)
      t.match(headers['access-control-expose-headers'], /Retry-After/i, `${what} exposes Retry-After`)
      t.notOk(headers['access-control-allow-credentials'], `${what} is without credentials`)
      if (corsOrigin) t.match(headers['vary'], /Origin/i)
    }
  })
}

t.test('the emulated API answers to every host name, as it stands in for another', async t => {
  const { ask } = await begin(t, { adminToken: secret })
  t.equal((await ask('POST', turns, { ...auth, ...json, host: 'my.orq.ai' }, hello)).status, 200)
})
