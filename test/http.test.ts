import { METHODS } from 'node:http'
import t from 'tap'
import { TaskNotFound } from '../src/contract/errors.ts'
import { fixture, start, user, wrong } from './kit.ts'
import { auth, isError, json, poll, speakTo, turns } from './raw-http.ts'

const { url, as, client } = await start(t, {
  fixtures: [fixture([{ name: 'echo', steps: [{ say: 'I am {{agent.key}}.' }] }])],
})
const { ask, post, send, sendAndLeave } = speakTo(url)
const hello = JSON.stringify({ message: user('Hello') })

for (const [form, headers] of Object.entries({
  'without a header': {},
  'with another scheme': { authorization: 'Basic dXNlcjpwYXNz' },
  'with the token alone': { authorization: 'test-key' },
  'with an empty token': { authorization: 'Bearer' },
  'with a token of spaces': { authorization: 'Bearer    ' },
})) {
  t.test(`a request ${form} is a 401 on every route, before its body is looked at`, async t => {
    const words = 'API key is not valid for this workspace'
    isError(t, await post(hello, { ...headers, ...json }), 401, words)
    isError(t, await post('{', { ...headers, ...json }), 401, words)
    isError(t, await post(hello, { ...headers, 'content-type': 'text/plain' }), 401, words)
    isError(t, await ask('GET', poll, headers), 401, words)
  })
}

for (const token of ['$ORQ_API_KEY', '<token>', 'two words', 'k\u00e4se', 'x'.repeat(4000), 'Bearer']) {
  t.test(`the token ${token.slice(0, 20)} is a workspace of its own`, async t => {
    const headers = { authorization: `Bearer ${token}`, ...json }
    const { status, text } = await post(hello, headers)
    t.equal(status, 200)
    const path = `${turns}/${(JSON.parse(text) as { task_id: string }).task_id}`
    t.equal((await ask('GET', path, headers)).status, 200)
    t.equal((await ask('GET', path, { authorization: `Bearer ${token}x` })).status, 404)
  })
}

t.test('the scheme of the Authorization header has no letter case', async t => {
  t.equal((await post(hello, { authorization: 'bearer test-key', ...json })).status, 200)
})

for (const key of ['<value>', 'a@1.0.0', 'k\u00e4se-\u{1f9c0}', 'a/b', '100%', 'a?b#c', '__proto__', 'x'.repeat(300)]) {
  t.test(`the agent key ${key.slice(0, 20)} is taken as it is`, async t => {
    const { status, body } = await as('keys').say('Who are you?', {}, key)
    t.equal(status, 200)
    t.equal(body.output[0].parts[0].text, `I am ${key}.`)
    t.equal((await as('keys').get(body.task_id, key)).status, 200)
  })
}

const unknown: [method: string, path: string, body?: string][] = [
  ['GET', '/'],
  ['GET', turns.replace('v2', 'v1')],
  ['POST', '/v2/agents/support/response', hello],
  ['POST', '/v2/agent/support', '{'],
  ['DELETE', `${poll}/more`],
  ['PROPFIND', '/'],
]
for (const [method, path, body] of unknown) {
  t.test(`${method} ${path} with ${body?.slice(0, 9) ?? 'nothing'} is a 404 that names the routes`, async t => {
    const answer = await ask(method, path, body === undefined ? {} : json, body)
    isError(t, answer, 404, `There is no ${method} ${path}.`)
    t.match(answer.text, 'POST /v2/agents/{agent_key}/responses')
    t.match(answer.text, 'GET /v2/agents/{agent_key}/responses/{task_id}')
  })
}

for (const [path, headers, body] of [
  ['/v2/agents/responses', { ...auth, ...json }, JSON.stringify({ agent_key: 'support', message: user('hello') })],
  ['/v2/agents/responses/?x=1', { ...auth, ...json }, hello],
  ['/v2/agents/responses', {}, 'agent_key=support'],
] as const) {
  t.test(`a POST to ${path} with ${body.slice(0, 12)} is a 404 that says where the agent key belongs`, async t => {
    const words =
      'There is no POST /v2/agents/responses. Put the agent key in the path: POST /v2/agents/<key>/responses.'
    isError(t, await ask('POST', path, headers, body), 404, words)
  })
}

t.test("the poll's 404 has its code as text", async t => {
  const { status, text } = await ask('GET', poll, auth)
  t.equal(status, 404)
  t.equal(wrong(TaskNotFound, JSON.parse(text)), '')
  t.match(JSON.parse(text), { code: '404', message: /01K/ })
})

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'QUERY', 'PROPFIND', 'M-SEARCH']
for (const [path, allowed] of Object.entries({ [turns]: ['OPTIONS', 'POST'], [poll]: ['GET', 'HEAD', 'OPTIONS'] })) {
  for (const method of methods.filter(method => METHODS.includes(method) && !allowed.includes(method))) {
    t.test(`${method} ${path} is a 405 that says what is allowed`, async t => {
      const answer = await ask(method, path, auth)
      t.strictSame(answer.headers.allow?.split(', ').sort(), allowed)
      if (method === 'HEAD') t.match(answer, { status: 405, text: '' })
      else isError(t, answer, 405, `${method} is not a method of`)
    })
  }
}

for (const [body, type] of [
  ['', 'application/json'],
  ['{', 'application/json'],
  ['Hello', 'text/plain'],
] as const) {
  t.test(`a wrong method comes before a wrong body: PUT of "${body}" as ${type} is a 405`, async t => {
    isError(t, await ask('PUT', turns, { ...auth, 'content-type': type }, body), 405, 'PUT is not a method of')
  })
}

t.test('OPTIONS answers a browser on every route, without a key', async t => {
  for (const [path, method] of Object.entries({ [turns]: 'POST', [poll]: 'GET' })) {
    const asked = { origin: 'https://x.test', 'access-control-request-method': method }
    const { status, headers, text } = await ask('OPTIONS', path, asked)
    t.match({ status, text }, { status: 204, text: '' })
    t.equal(headers['access-control-allow-origin'], '*')
    t.match(headers['access-control-allow-methods'], method)
    t.match(headers['access-control-allow-headers']?.toLowerCase(), /(?=.*authorization)(?=.*content-type)/)
    t.notOk(headers['access-control-allow-credentials'])
  }
})

t.test('HEAD of a task is its GET without a body', async t => {
  const { body } = await client.say('Hello')
  t.match(await ask('HEAD', `${turns}/${body.task_id}`, auth), { status: 200, text: '' })
  t.match(await ask('HEAD', poll, auth), { status: 404, text: '' })
})

for (const path of ['/v2/agents/%zz/responses', '/v2/agents/%E0%A4%A/responses', `${turns}/%`, `${turns}/%C3%28`]) {
  t.test(`the path ${path} cannot be decoded and is a 400 that shows it`, async t => {
    isError(t, await ask('GET', path, auth), 400, `The path "${path}" cannot be decoded`)
  })
}

t.test('a part of the path that is too long is a 414', async t => {
  const long = 'x'.repeat(5000)
  isError(t, await ask('POST', turns.replace('support', long), { ...auth, ...json }, hello), 414, 'too long')
  isError(t, await ask('GET', `${turns}/${long}`, auth), 414, 'too long')
})

const head = `POST ${turns} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer k\r\ncontent-type: application/json\r\n`
const malformed: [what: string, bytes: string, status: number][] = [
  ['no HTTP at all', 'Hello?\r\n\r\n', 400],
  ['an unknown version', `GET ${poll} HTTP/9.9\r\nhost: a\r\n\r\n`, 400],
  ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
  ['no Host', `GET ${poll} HTTP/1.1\r\nauthorization: Bearer k\r\nconnection: close\r\n\r\n`, 400],
  ['a broken header', `GET ${poll} HTTP/1.1\r\nhost: a\r\nbad header: x\r\n\r\n`, 400],
  ['a negative length', `${head}content-length: -1\r\n\r\n`, 400],
  ['a length and chunks', `${head}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
  ['a broken chunk', `${head}transfer-encoding: chunked\r\n\r\n3\r\n{"a\r\nzz\r\n`, 400],
  ['an unknown expectation', `${head}expect: wonders\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}`, 417],
  ['headers of 20 kB', `${head}x: ${'y'.repeat(20_000)}\r\n\r\n`, 431],
  ['a path of 20 kB', `GET /${'y'.repeat(20_000)} HTTP/1.1\r\nhost: a\r\n\r\n`, 431],
]
for (const [what, bytes, status] of malformed) {
  t.test(`${what} on the socket is a ${status} in the API's shape`, async t => {
    isError(t, await send(bytes), status, /\w/)
  })
}

for (const [what, bytes] of Object.entries({
  'half a line': 'POST /v2/age',
  'half the headers': head,
  'half a body': `${head}content-length: ${hello.length}\r\n\r\n${hello.slice(0, 9)}`,
  'half a chunk': `${head}transfer-encoding: chunked\r\n\r\nff\r\n{"mes`,
})) {
  t.test(`a client that sends ${what} and hangs up harms nobody`, async t => {
    await sendAndLeave(bytes)
    t.equal((await client.say('Still there?')).status, 200)
  })
}

t.test('after a refusal the connection serves the next request', async t => {
  const refused = `${head}content-length: 2\r\n\r\n{}`
  const { text } = await send(
    `${refused}GET ${poll} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer k\r\nconnection: close\r\n\r\n`,
  )
  t.match(text, /must have .*HTTP\/1.1 404 Not Found/s)
})
