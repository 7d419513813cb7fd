import t from 'tap'
import { makeLog } from '../src/log.ts'
import { keepHeaders, headersAgain, shownHeaders } from '../src/workspace/kept-headers.ts'
import { controlOf } from './control.ts'
import { until } from './exchange.ts'
import { fixture, start, user } from './kit.ts'
import { speakTo, turns } from './raw-http.ts'

const key = 'test-key'
const json = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }

t.test('an entry shows the headers that hold no secret by what they are for', async t => {
  const { url } = await start(t)
  const shown = {
    'content-type': 'application/json',
    'user-agent': 'orq/4.15.11 (node)',
    'idempotency-key': '6f0c2f9e-0d0f-4b52-9d5a-0f6d3c1c1b7e',
    'x-request-id': 'req-17',
    'x-tenant': 'acme',
  }
  const hidden = { cookie: 'a=b', 'x-api-key': 'abc', 'x-trace': 'a-trace', 'proxy-authorization': 'Basic eA==' }
  const { ask } = speakTo(url)
  await ask(
    'POST',
    turns,
    { ...json, ...shown, ...hidden, 'X-Environment': 'ci' },
    JSON.stringify({ message: user('x') }),
  )
  const [entry] = await controlOf(url, key).requests()
  const { host, connection, 'transfer-encoding': _chunked, 'content-length': _length, ...rest } = entry.headers
  t.match(host, /^(localhost|127\.0\.0\.1):\d+$/)
  t.type(connection, 'string')
  t.strictSame(rest, { ...shown, 'x-environment': 'ci' })
})

t.test('requests without a workspace or a route have theirs as well', async t => {
  const { url } = await start(t, { apiKey: ['only'] })
  const { ask } = speakTo(url)
  await ask('POST', turns, { ...json, 'x-tenant': 'one' }, '{}')
  await ask('GET', '/v2/nothing', { 'x-tenant': 'two' })
  const tenants = (await controlOf(url).requests()).map(({ headers }) => headers['x-tenant'] as string)
  t.strictSame(tenants, ['one', 'two'])
})

/** Each stands where a secret may stand, and is told nowhere. */
const canary = (where: string) => `canary${where.replace(/\W/g, '')}0123456789abcdefABCDEF`
const names = [
  ...['authorization', 'proxy-authorization', 'cookie', 'x-api-key', 'api-key', 'x-auth-token', 'x-admin-token'],
  ...['x-amz-security-token', 'x-goog-iap-jwt-assertion', 'x-csrf-token', 'x-anything', 'x-forwarded-for', 'referer'],
  ...['user-agent', 'x-request-id', 'x-tenant', 'accept', 'accept-language', 'idempotency-key', 'x-environment'],
]
const values = Object.fromEntries(names.map(name => [name, `sk-${canary(name)}`]))
const named = { ...values, authorization: `Bearer ${canary('authorization')}` }
const secrets = { ...named, [`x-${canary('name')}`]: 'a value' }
const query = `?api_key=${canary('query')}&${canary('parameter')}`

for (const plain of [true, false]) {
  t.test(
    `no secret of a request's head is told: answers, streams and the log, ${plain ? 'plain' : 'as JSON'}`,
    async t => {
      let told = ''
      const log = makeLog({ level: 'info', plain, write: text => (told += text) })
      const scripts = fixture([
        {
          name: 'keyed',
          when: { headers: { 'x-api-key': canary('expected'), 'user-agent': canary('agent') } },
          steps: [],
        },
        { name: 'hello', when: { text: 'hello' }, steps: [{ say: 'Hello, {{variables.x}}.' }] },
        { name: 'busy', when: { text: 'busy' }, http: { status: 429 } },
      ])
      const { url, mock } = await start(t, { fixtures: [scripts], log })
      const { ask } = speakTo(url)
      const send = async (method: string, path: string, body?: object) => {
        const headers = { ...secrets, ...(body ? { 'content-type': 'application/json' } : {}) }
        const { headers: answered, text } = await ask(method, path, headers, body && JSON.stringify(body))
        told += JSON.stringify(answered) + text
        return text
      }
      const { task_id: task } = JSON.parse(await send('POST', turns + query, { message: user('hello') })) as {
        task_id: string
      }
      for (const text of ['hello', 'busy', 'nothing'])
        for (const more of [{}, { stream: true }, { background: true }])
          await send('POST', turns + query, { message: user(text), ...more })
      await send('POST', turns, { message: {} })
      await send('GET', `${turns}/${task}${query}`)
      await send('GET', `${turns}/nothing${query}`)
      await send('GET', `/v2/nothing${query}`)
      await send('PATCH', turns + query)
      const token = secrets.authorization.slice('Bearer '.length)
      for (const control of [controlOf(url), controlOf(url, token)]) {
        const guess = {
          when: { text: 'hello', headers: { 'x-api-key': canary('expected'), 'user-agent': canary('agent') } },
        }
        const answers = [
          ...(await Promise.all(['/requests', '/tasks', '/scripts', '/health'].map(control.get))),
          await control.get(`/tasks/${task}`),
          await control.post('/verify', [guess, { when: { headers: named }, count: 0 }, { text: 'never' }]),
          await control.post('/verify?within=10ms', [guess]),
        ]
        for (const { body } of answers) told += JSON.stringify(body)
        t.equal(
          (await control.post('/verify', [{ when: { headers: named }, count: 10 }])).status,
          200,
          'they came all the same',
        )
      }
      told += JSON.stringify([...mock.totals.misses().keys()])
      await until('logged', () => told.includes('PATCH'))
      t.equal(/.{0,100}canary.{0,60}/.exec(told)?.[0] ?? '', '')
      t.match(told, '(hidden)')
    },
  )
}

t.test('what is kept of a header that is not shown cannot be read', async t => {
  const kept = keepHeaders({ authorization: 'Bearer abc', 'x-tenant': 'acme', 'x-list': 'a, b' }, undefined)
  t.notMatch(JSON.stringify(kept), /abc|a, b/)
  t.match(JSON.stringify(kept), 'acme')
  const { hadHeader } = headersAgain(kept)
  t.ok(hadHeader!('authorization', 'Bearer abc'))
  t.notOk(hadHeader!('authorization', 'Bearer abd'))
  t.notOk(hadHeader!('x-list', 'Bearer abc'), 'the value of another')
  t.strictSame(shownHeaders(kept), { 'x-tenant': 'acme' })
})

t.test('the same headers are kept once, others are told apart', async t => {
  const headers = { host: 'x', authorization: 'Bearer abc', 'x-tenant': 'acme' }
  const first = keepHeaders(headers, undefined)
  t.equal(keepHeaders({ ...headers }, first), first)
  for (const other of [
    { ...headers, authorization: 'Bearer abd' },
    { ...headers, 'x-tenant': 'bcme' },
    { ...headers, 'x-more': '' },
    { host: 'x', authorization: 'Bearer abc' },
    { authorization: 'Bearer abc', host: 'x', 'x-tenant': 'acme' },
    {},
  ]) {
    const kept = keepHeaders(other, first)
    t.not(kept, first)
    t.strictSame(kept, keepHeaders(other, undefined))
  }
})
