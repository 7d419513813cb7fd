import { Orq } from '@orq-ai/node'
import type { CreateAgentResponse } from '@orq-ai/node/models/components/index.js'
import t, { type Test } from 'tap'
import { makeLog } from '../src/log.ts'
import { run } from './command-line.ts'
import { controlOf } from './control.ts'
import { until } from './exchange.ts'
import { start, user } from './kit.ts'
import { ask, started } from './library.ts'
import { auth, isError, json, speakTo, turns } from './raw-http.ts'

const basePath = '/orq/v0'
const hello = JSON.stringify({ message: user('hello') })

async function begin(t: Test, settings: object = {}) {
  const on = await start(t, { basePath, ...settings })
  return { ...on, ...speakTo(on.url), control: controlOf(on.url, 'test-key') }
}

t.test('everything is served below the base path: turns, polls, streams, the control API', async t => {
  const { url, client, control } = await begin(t)
  t.ok(url.endsWith(basePath), url)
  const { status, body } = await client.say('hello')
  t.equal(status, 200)
  t.equal((await client.get(body.task_id)).status, 200)
  t.ok((await client.stream({ message: user('hello') })).done)
  t.match(await control.requests(), [{ agent: 'support', task: body.task_id, url: basePath + turns }, {}, {}])
  for (const path of ['/ready', '/health', '/scripts', '/openapi.json', '/fixture.schema.json'])
    t.equal((await control.get(path)).status, 200, path)
  t.equal((await control.post('/reset')).status, 200)
})

t.test("the vendor's SDK finds it", async t => {
  const { url } = await begin(t)
  const orq = new Orq({ apiKey: 'sdk', serverURL: url })
  const request = { message: { role: 'user' as const, parts: [{ kind: 'text' as const, text: 'hello' }] } }
  const reply = (await orq.agents.responses.create(request, 'support')) as CreateAgentResponse
  t.match(reply.output[0]?.parts[0], { kind: 'text', text: 'Hello there.' })
  t.match(await orq.agents.responses.get({ agentKey: 'support', taskId: reply.taskId }), { taskId: reply.taskId })
})

for (const [method, path] of [
  ['POST', turns],
  ['GET', `${turns}/01K`],
  ['GET', '/'],
  ['GET', basePath],
  ['GET', `${basePath}/`],
  ['GET', '/__admin/health'],
  ['POST', `/ORQ/v0${turns}`],
  ['POST', `/orq${turns}`],
  ['POST', `${basePath}x${turns}`],
  ['POST', basePath + basePath + turns],
] as const) {
  t.test(`${method} ${path} is a 404 that names the base path and the routes below it`, async t => {
    const { ask } = await begin(t)
    const answer = await ask(method, path, { ...auth, ...json }, method === 'POST' ? hello : undefined)
    isError(t, answer, 404, `There is no ${method} ${path}. Everything here is served below ${basePath} (--base-path).`)
    t.match(answer.text, `POST ${basePath}/v2/agents/{agent_key}/responses, `)
    t.match(answer.text, `GET ${basePath}/__admin/health`)
  })
}

t.test('without a base path, a 404 says nothing of one', async t => {
  const { url } = await start(t)
  t.notMatch((await speakTo(url).ask('GET', '/', {})).text, 'base-path')
})

t.test('what asks for the control API or is only browsing is not in the journal, the rest is', async t => {
  const { ask, url } = await begin(t)
  const quiet = ['/__admin/nothing', '/%5f%5fadmin', '//__admin', '/', '/favicon.ico', '/.well-known/x', '/robots.txt']
  for (const path of quiet) for (const base of ['', basePath]) await ask('GET', base + path, auth)
  await ask('GET', basePath, auth)
  t.match((await controlOf(url).get('/health')).body, { requests: 0, unknown_routes: 0 })
  for (const path of [`${basePath}/nothing`, '/v2/agents']) await ask('GET', path, auth)
  t.match(await controlOf(url, 'test-key').requests(), [
    { url: `${basePath}/nothing`, unmatched: true },
    { url: '/v2/agents', unmatched: true },
  ])
  t.match((await controlOf(url).get('/health')).body, { requests: 2, unknown_routes: 2 })
})

t.test('the gate stands before the control API there too', async t => {
  const { ask } = await begin(t, { adminToken: 'secret' })
  const health = `${basePath}/__admin/health`
  t.equal((await ask('GET', health, { host: 'evil.test' })).status, 403)
  t.equal((await ask('GET', health, { origin: 'https://evil.test' })).status, 403)
  t.equal((await ask('GET', `${basePath}/__admin/requests`, {})).status, 401)
  t.equal((await ask('GET', `${basePath}/__admin/requests`, { 'x-admin-token': 'secret' })).status, 200)
  for (const path of [health, `${basePath}/__admin/no`, '/__admin/health'])
    t.notOk((await ask('GET', path, {})).headers['access-control-allow-origin'], path)
})

t.test('preflights and wrong methods are answered there, and nowhere else', async t => {
  const { ask } = await begin(t)
  const preflight = await ask('OPTIONS', basePath + turns, { origin: 'https://app.test' })
  t.match(preflight, { status: 204, headers: { 'access-control-allow-methods': 'POST' } })
  t.equal((await ask('OPTIONS', turns, { origin: 'https://app.test' })).status, 404)
  isError(t, await ask('DELETE', basePath + turns, auth), 405, `DELETE is not a method of ${basePath}/v2/agents/`)
})

t.test('the newer API is there too, in its own shapes', async t => {
  const { url, ask, control } = await begin(t)
  const body = JSON.stringify({ model: 'agent/support', input: 'hello' })
  for (const path of ['/v3/router/responses', '/v2/router/responses'])
    t.match(await ask('POST', basePath + path, { ...auth, ...json }, body), { status: 200, text: 'Hello there.' })
  t.equal((await control.post('/verify', [{ when: { api: 'v3', text: 'hello' }, count: 2 }])).status, 200, url)
  const bad = await ask('POST', `${basePath}/v3/router/responses`, { ...auth, ...json }, '{')
  const plain = speakTo((await start(t)).url)
  t.equal(bad.text, (await plain.ask('POST', '/v3/router/responses', { ...auth, ...json }, '{')).text)
})

t.test('who has the agent key in the body is told the whole path', async t => {
  const { ask } = await begin(t)
  const answer = await ask('POST', `${basePath}/v2/agents/responses`, { ...auth, ...json }, hello)
  isError(t, answer, 404, `Put the agent key in the path: POST ${basePath}/v2/agents/<key>/responses.`)
})

t.test('OpenAPI has the paths as they are, and the base path as the address of the server', async t => {
  const { control } = await begin(t)
  const { body } = await control.get('/openapi.json')
  t.strictSame(body.servers, [{ url: basePath }])
  const plain = await controlOf((await start(t)).url).get('/openapi.json')
  t.strictSame({ ...plain.body, servers: body.servers }, body)
  t.notOk('servers' in plain.body)
})

t.test('serve says it in the ready line and the log, and healthcheck follows it', async t => {
  let url = ''
  const whileServing = async (ready: string) => {
    url = ready
    await ask({ url }, 'Hello')
    const { port } = new URL(url)
    const there = { code: 0, out: 'ready\n', err: '' }
    t.strictSame(await run(['healthcheck', '--port', port, '--base-path', `${basePath}/`]), there)
    t.strictSame(await run(['healthcheck'], { PORT: port, ORQ_MOCK_BASE_PATH: basePath }), there)
    t.match(await run(['healthcheck', '--port', port]), { code: 1, err: /__admin\/ready: status 404\n$/ })
  }
  const { code } = await run(['serve', '--port', '0', '--base-path', basePath], {}, { whileServing })
  t.equal(code, 0)
  t.match(url, /^http:\/\/127\.0\.0\.1:\d+\/orq\/v0$/)
})

t.test('a test gets the address with the path', async t => {
  const mock = await started(t, { basePath: '/orq/' })
  t.match(mock.url, /^http:\/\/127\.0\.0\.1:\d+\/orq$/)
  t.not(await ask(mock, 'Hello', { agent: 'customer_support' }), '404')
  t.equal(await ask({ url: mock.url.replace('/orq', '') }, 'Hello'), '404')
})

t.test('the log has the path as it was sent', async t => {
  let told = ''
  const log = makeLog({ level: 'info', plain: true, write: text => (told += text) })
  const { ask } = await begin(t, { log })
  await ask('GET', '/v2/nothing', auth)
  await ask('GET', `${basePath}/v2/nothing`, auth)
  await until('told', () => told.split('\n').length > 2)
  t.equal(
    told.replace(/\d+(\.\d+)? ms/g, 'n ms'),
    `GET /v2/nothing → unknown route, 404, n ms\nGET ${basePath}/v2/nothing → unknown route, 404, n ms\n`,
  )
})
