import t from 'tap'
import { makeLog } from '../src/log.ts'
import { controlOf, fingerprintOf, follow } from './control.ts'
import { until } from './exchange.ts'
import { fixture, start, user } from './kit.ts'

const scripts = fixture([
  { name: 'hello', when: { text: 'hello' }, steps: [{ say: 'Hello.' }] },
  { name: 'slow', when: { text: 'slow' }, steps: [{ say: 'One.' }, { wait: '1s' }, { say: 'Two.' }] },
  { name: 'cut', when: { text: 'cut' }, steps: [{ say: 'One.' }, { cut: 'end' }] },
  { name: 'broken', when: { text: 'broken' }, steps: [{ fail: 'It broke.', code: 422 }] },
  { name: 'busy', when: { text: 'busy' }, http: { status: 429 } },
])
const manual = { fixtures: [scripts], clock: 'manual' } as const
const key = 'test-key'

t.test('the journal keeps so many entries, and counts those that fell out', async t => {
  const started = await start(t, { ...manual, maxRequests: 3 })
  for (let count = 0; count < 5; count += 1) await started.client.say('hello')
  const { body } = await controlOf(started.url, key).get('/requests')
  t.strictSame(
    body.requests.map(({ number }: { number: number }) => number),
    [3, 4, 5],
  )
  t.equal(body.dropped, 2)
  await started.as('other').say('hello')
  t.match(await controlOf(started.url, 'other').get('/requests'), { body: { dropped: 0 } }, 'each key has its own')
  t.match(await controlOf(started.url).get('/requests'), { body: { dropped: 2, requests: { length: 4 } } })
})

for (const [what, heavy] of Object.entries({
  'the body of a request': (text: string) => ({ message: user('hello'), block: text }),
  'the reply': (text: string) => ({ message: user(`echo ${text}`) }),
  'the events of a stream': (text: string) => ({ message: user(`echo ${text}`), stream: true }),
})) {
  t.test(`the journal keeps so many bytes: ${what} counts`, async t => {
    const echo = fixture([{ name: 'echo', steps: [{ say: '{{message.text}}' }] }])
    const started = await start(t, { fixtures: [echo], maxJournalBytes: 100_000 })
    for (let count = 0; count < 10; count += 1) await (await started.client.send(heavy('x'.repeat(30_000)))).text()
    const { body } = await controlOf(started.url, key).get('/requests')
    t.ok(body.dropped >= 7, `${body.dropped} of 10 fell out`)
    t.ok(body.requests.length >= 1)
    t.equal(body.dropped + body.requests.length, 10)
  })
}

t.test('what a run goes on to do after its client has left counts as well', async t => {
  const long = fixture([{ name: 'long', steps: [{ wait: '1s' }, { say: 'word '.repeat(20_000) }] }])
  const started = await start(t, { fixtures: [long], clock: 'manual', maxJournalBytes: 100_000 })
  const control = controlOf(started.url, key)
  for (let count = 0; count < 3; count += 1) {
    const reading = await follow(signal =>
      started.client.send({ message: user('x'), stream: true }, 'support', { signal }),
    )
    reading.leave()
    t.match(await control.lastRequest(), { end: 'client_left' })
  }
  await control.advance(1000)
  t.ok(
    JSON.stringify(await control.requests()).length < 1_000_000,
    'the journal is not what it would be with all events',
  )
})

t.test('no bearer token is ever told: not in any answer of the control API, nor in the log', async t => {
  const [token, stranger, admin] = ['sk-very-secret', 'sk-unknown-secret', 'admin-secret']
  const withHeader = fixture([
    { name: 'keyed', when: { headers: { Authorization: 'Bearer another' } }, steps: [{ say: 'Hello.' }] },
    ...scripts.scripts,
  ])
  for (const plain of [true, false]) {
    let told = ''
    const log = makeLog({ level: 'info', plain, write: text => (told += text) })
    const started = await start(t, { fixtures: [withHeader], apiKey: [token], adminToken: admin, log })
    const client = started.as(token)
    for (const text of ['hello', 'nothing', 'broken', 'busy']) await client.say(text)
    await client.say('slow', { background: true })
    await client.stream({ message: user('cut') })
    await client.post({})
    t.equal((await started.as(stranger).say('hello')).status, 401)
    for (const control of [undefined, token].map(of => controlOf(started.url, of, { 'x-admin-token': admin }))) {
      const answers = [
        ...(await Promise.all(['/requests', '/tasks', '/scripts', '/health'].map(control.get))),
        await control.get(`/tasks/${(await control.task()).id}`),
        await control.post('/verify', [{ script: 'hello', count: 3 }]),
        await control.put('/fixtures', { scripts: [] }),
        await control.post('/clock/advance', { ms: 1 }),
      ]
      for (const { body } of answers) told += JSON.stringify(body)
      t.equal((await control.requests())[0].workspace, fingerprintOf(token))
    }
    await until('logged', () => told.includes('refused') || told.includes('busy'))
    const lines = plain ? 'plain lines' : 'lines of JSON'
    for (const secret of [token, stranger, admin]) {
      const at = told.indexOf(secret)
      t.equal(at < 0 ? '' : told.slice(Math.max(0, at - 100), at + 50), '', `${secret}, ${lines}`)
    }
    t.ok(told.includes(fingerprintOf(token)), 'but the fingerprint is')
  }
})
