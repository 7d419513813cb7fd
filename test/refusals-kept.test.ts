import t from 'tap'
import { fixture, user } from './kit.ts'
import { auth, json, turns } from './raw-http.ts'
import { begin, hello, key, logged } from './turned-away.ts'

t.test('what is no request is counted and logged', async t => {
  const world = await begin(t)
  await world.send('Hello?\r\n\r\n')
  t.equal(await logged(world), 'unreadable request → refused: This is not an HTTP request that can be read, 400')
  t.match(await world.health(), { requests: 0, unmatched: 0, refused: 1 })
})

t.test('with `apiKeys`, another key gets no workspace, whatever it asks; it is not written down anywhere', async t => {
  const world = await begin(t, { apiKey: [key] })
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
  t.match(
    await logged(world, 2),
    /^support → refused: All 1 workspaces have requests under way, or tasks that run or are held, 429, N ms$/,
  )
})
