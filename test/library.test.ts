import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { FixtureError, startMock, type Fixture, type MockOptions } from '../src/index.ts'
import { user } from './kit.ts'
import { ask, post, saying, started } from './library.ts'

t.test('without options the shipped examples play on a free port', async t => {
  const mock = await started(t)
  t.match(mock.url, /^http:\/\/127\.0\.0\.1:\d+$/)
  t.match(await ask(mock, 'What are your capabilities?', { agent: 'customer_support' }), 'look up orders')
})

t.test('fixtures are a folder, a file, objects, or a mixture of them', async t => {
  const dir = t.testdir({
    'a.json': JSON.stringify(saying('from_a', 'A')),
    below: { 'b.json': JSON.stringify(saying('from_b', 'B')) },
  })
  const ways: [fixtures: MockOptions['fixtures'], said: (string | undefined)[]][] = [
    [dir, ['A', 'B', '404']],
    [join(dir, 'a.json'), ['A', '404', '404']],
    [saying('from_c', 'C'), ['404', '404', 'C']],
    [
      [saying('from_b', 'Mine'), saying('from_c', 'C')],
      ['404', 'Mine', 'C'],
    ],
    [
      [join(dir, 'below'), saying('from_c', 'C')],
      ['404', 'B', 'C'],
    ],
    [[], ['404', '404', '404']],
  ]
  for (const [fixtures, said] of ways) {
    const mock = await started(t, { fixtures: fixtures! })
    const heard = await Promise.all(['from_a', 'from_b', 'from_c'].map(agent => ask(mock, 'Hi', { agent })))
    t.strictSame(heard, said)
  }
})

t.test('pace and hold are written as in fixtures, and override them', async t => {
  const fixtures: Fixture = {
    pace: 'realistic',
    scripts: [{ name: 'long', hold: 'manual', steps: [{ say: 'one two three' }] }],
  }
  const mock = await started(t, { fixtures, clock: 'manual', pace: { first: '10s', each: '5s' }, hold: { polls: 0 } })
  const waiting = ask(mock, 'Hi')
  while (mock.requests().length === 0) await new Promise(resolve => setTimeout(resolve, 5))
  mock.advance(19_999)
  t.match(mock.requests(), [{ end: 'running' }])
  mock.advance(1)
  t.equal(await waiting, 'one two three')
  const { task_id: id } = (await (await post(mock.url, { message: user('Hi'), background: true })).json()) as {
    task_id: string
  }
  mock.advance(20_000)
  const reply = await fetch(`${mock.url}/v2/agents/support/responses/${id}`, {
    headers: { authorization: 'Bearer test-key' },
  })
  t.match(await reply.json(), { status: 'completed' })
})

t.test('limits, keys and the echo are options like the flags', async t => {
  const mock = await started(t, { fixtures: [], apiKeys: ['known'], unmatched: 'echo', maxBody: 400, maxRequests: 2 })
  t.equal(await ask(mock, 'Hello', { key: 'known' }), 'Hello')
  t.equal(await ask(mock, 'Hello', { key: 'unknown' }), '401')
  t.equal(await ask(mock, 'x'.repeat(400), { key: 'known' }), '413')
  await ask(mock, 'Third', { key: 'known' })
  t.equal(mock.as('known').requests().length, 2)
})

t.test('close() ends streams with a comment and waiting POSTs with a 503, and may be called twice', async t => {
  const mock = await startMock({ fixtures: { scripts: [{ name: 'slow', steps: [{ say: 'Hm.' }, { wait: '10m' }] }] } })
  const stream = await post(mock.url, { message: user('Hi'), stream: true })
  const waiting = ask(mock, 'Hi')
  while (mock.requests().length < 2) await new Promise(resolve => setTimeout(resolve, 5))
  await Promise.all([mock.close(), mock.close()])
  await mock.close()
  t.match(await stream.text(), /Hm\.[^]*\n: the mock has ended this task\n\n$/)
  t.equal(await waiting, '503')
  await t.rejects(fetch(mock.url), 'and nobody listens there')
})

t.test('mocks in one process share nothing', async t => {
  const options = { seed: 'same', clock: 'manual' } as const
  const one = await started(t, { ...options, fixtures: saying('support', 'One') })
  const other = await started(t, { ...options, fixtures: saying('support', 'Other') })
  t.equal(await ask(one, 'Hi'), 'One')
  t.equal(await ask(other, 'Hi'), 'Other')
  await ask(other, 'Again')
  t.equal(one.requests().length, 1)
  t.equal(one.requests()[0]!.task, other.requests()[0]!.task, 'the same seed, the same ids')
  one.reset()
  t.equal(other.requests().length, 2)
  await one.close()
  t.equal(await ask(other, 'Still there?'), 'Other')
})

const faulty: [what: string, fixtures: unknown, message: RegExp][] = [
  ['a misspelt key', { scripts: [{ nmae: 'x', steps: [] }] }, /^fixtures\[0\]\.scripts\[0\].*did you mean "name"/s],
  [
    'a regular expression that is none',
    [saying('a', 'A'), { scripts: [{ name: 'x', when: { text: { matches: '(' } }, steps: [] }] }],
    /^fixtures\[1\]\.scripts\[0\]\.when\.text/,
  ],
  ['a folder that is not there', './no-such-folder', /no-such-folder .*no such file or folder/],
  ['something else', 42, /fixtures\[0\].* must be an object/],
  ['null', null, /fixtures\[0\].* must be an object/],
]
for (const [what, fixtures, message] of faulty) {
  t.test(`fixtures with ${what} reject with a FixtureError that says where`, async t => {
    const error = await startMock({ fixtures: fixtures as Fixture }).catch((error: unknown) => error)
    if (!(error instanceof FixtureError)) return void t.fail('no FixtureError', { found: error })
    t.match(error, { name: 'FixtureError', message, faults: [{ place: String, message: String }] })
  })
}

t.test('a port in use rejects, and the mock that has it goes on', async t => {
  const mock = await started(t)
  const port = Number(new URL(mock.url).port)
  await t.rejects(startMock({ port }), { code: 'EADDRINUSE', port })
  t.match(await ask(mock, 'Still there?'), 'Still there?')
  await mock.close()
  const next = await started(t, { port })
  t.equal(next.url, mock.url, 'once closed, the port is free at once')
})

t.test('watch plays changed fixtures, and close() ends the watching', async t => {
  const dir = t.testdir({ 'a.json': JSON.stringify(saying('support', 'Before')) })
  const mock = await started(t, { fixtures: dir, watch: true })
  t.equal(await ask(mock, 'Hi'), 'Before')
  await writeFile(join(dir, 'a.json'), JSON.stringify(saying('support', 'After')))
  while ((await ask(mock, 'Hi')) !== 'After') await new Promise(resolve => setTimeout(resolve, 20))
  await mock.close()
  t.pass('else the test would not end')
})
