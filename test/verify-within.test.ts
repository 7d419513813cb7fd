import { setTimeout } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { controlOf } from './control.ts'
import { until } from './exchange.ts'
import { fixture, start, user, type Started } from './kit.ts'
import { ask, saying, started } from './library.ts'

const scripts = fixture([
  { name: 'slow', when: { text: 'slow' }, steps: [{ wait: '10m' }, { say: 'At last.' }] },
  { name: 'hello', when: { text: 'hello' }, steps: [{ say: 'Hello.' }] },
])
const settings = { fixtures: [scripts], clock: 'manual' } as const
const key = 'test-key'

/** How many wait for the journal to change. */
function watchWaiting({ mock }: Started): () => number {
  const { bell } = mock.admin
  const { listen } = bell
  let waiting = 0
  bell.listen = listener => {
    waiting += 1
    const silence = listen(listener)
    return () => {
      waiting -= 1
      silence()
    }
  }
  return () => waiting
}

async function begin(t: Test, more: object = {}) {
  const on = await start(t, { ...settings, ...more })
  const waiting = watchWaiting(on)
  return {
    ...on,
    control: controlOf(on.url, key),
    waiting,
    /** Asks, and answers once the question waits. */
    async wait(list: object[], { query = '', all = false, of = key } = {}) {
      const before = waiting()
      const answer = controlOf(on.url, all ? undefined : of).post(`/verify?within=60s${query}`, list)
      await until('waiting', () => waiting() > before)
      return { answer }
    },
  }
}
type On = Awaited<ReturnType<typeof begin>>

const changes: [what: string, list: object[], change: (on: On) => unknown, more?: object][] = [
  ['a request', [{ script: 'hello' }], ({ client }) => client.say('hello')],
  [
    'a request that meets a when',
    [{ when: { text: 'hello', stream: true } }],
    ({ client }) => client.stream({ message: user('hello') }),
  ],
  ['a POST that itself still waits', [{ script: 'slow' }], ({ client }) => void client.say('slow').catch(() => {})],
  ['a background turn', [{ script: 'slow' }], ({ client }) => client.say('slow', { background: true })],
  ['a request that no script matches', [{ text: 'nothing' }], ({ client }) => client.say('nothing')],
  [
    'a request that is echoed',
    [{ script: 'echo', count: 2 }],
    ({ client }) => client.say('nothing'),
    { unmatched: 'echo' },
  ],
  ['a request that is refused', [{ agent: 'support' }], ({ client }) => client.post({})],
  ['an emptied journal', [{ agent: 'other', never: true }], ({ control }) => control.delete('/requests')],
  ['a reset', [{ agent: 'other', count: 0 }], ({ control }) => control.post('/reset')],
]
for (const [what, list, change, more] of changes) {
  t.test(`it answers as soon as the list holds, by ${what}`, async t => {
    const on = await begin(t, more)
    await on.client.say('something else', {}, 'other')
    const { answer } = await on.wait(list)
    await change(on)
    t.equal((await answer).status, 200)
    t.equal(on.waiting(), 0)
  })
}

t.test('it waits for the last of them, in their order if that is wanted', async t => {
  const { wait, client } = await begin(t)
  const { answer } = await wait([{ text: 'one' }, { text: 'two' }], { query: '&ordered=true' })
  let done = false
  void answer.finally(() => (done = true))
  for (const text of ['two', 'one']) {
    await client.say(text)
    await setTimeout(20)
    t.notOk(done, text)
  }
  await client.say('two')
  t.equal((await answer).status, 200)
})

t.test('a key that nobody has used yet can be waited for, and all keys', async t => {
  const { wait, as } = await begin(t)
  const both = [await wait([{ script: 'hello' }], { of: 'new' }), await wait([{ script: 'hello' }], { all: true })]
  await as('other').say('nothing')
  await as('new').say('hello')
  for (const { answer } of both) t.equal((await answer).status, 200)
})

t.test('what holds already is answered at once, and a mistake is told at once', async t => {
  const { client, control } = await begin(t)
  await client.say('hello')
  t.equal((await control.post('/verify?within=60s', [{ script: 'hello' }, { text: 'x', never: true }])).status, 200)
  t.equal((await control.post('/verify?within=60s', [{ script: 'helo' }])).status, 400)
  t.equal((await control.post('/verify?within=60s', [{ when: { txt: 'x' } }])).status, 400)
})

t.test('after that time, in real time, it answers with the account', async t => {
  const { client, control, waiting } = await begin(t)
  await client.say('nothing')
  for (const within of ['0s', '30ms', '0.001m']) {
    const { status, body } = await control.post(`/verify?within=${within}`, [{ script: 'hello' }])
    t.equal(status, 422, within)
    t.match(body.message, 'Not verified: 1 of 1')
    t.match(body.message, '#1 support: "nothing" → no script; script: expected "hello", found nothing')
  }
  t.equal(waiting(), 0)
})

for (const within of ['2', '61s', '1.1m', '-1s', 'soon', '', '1h']) {
  t.test(`within=${within} is refused`, async t => {
    const { control } = await begin(t)
    const { status, body } = await control.post(`/verify?within=${within}`, [{ script: 'hello' }])
    t.match(
      { status, body },
      { status: 400, body: { message: `within must be a duration up to 60s, such as 2s; found "${within}"` } },
    )
  })
}

t.test('a client that leaves is waited for no longer', async t => {
  const { url, waiting, client } = await begin(t)
  const leaving = new AbortController()
  const asked = fetch(`${url}/__admin/verify?within=60s`, {
    method: 'POST',
    headers: client.headers,
    body: JSON.stringify([{ script: 'hello' }]),
    signal: leaving.signal,
  })
  await until('waiting', () => waiting() === 1)
  leaving.abort()
  await t.rejects(asked)
  await until('given up', () => waiting() === 0)
  t.equal((await client.say('hello')).status, 200)
})

t.test('a server that ends answers those who wait', async t => {
  const { wait, mock, waiting, control } = await begin(t)
  // What it would have to be is asked while somebody answers.
  await control.get('/health')
  const { answer } = await wait([{ script: 'hello' }])
  const closed = mock.close()
  t.match(await answer, { status: 503, body: { mock: { code: 'shutting_down' } } })
  await closed
  t.equal(waiting(), 0)
})

t.test('many who wait and many who come: each is answered, and nobody is left', async t => {
  const { wait, as, waiting } = await begin(t)
  const keys = Array.from({ length: 20 }, (_, index) => `key-${index}`)
  const asked = await Promise.all(keys.map(of => wait([{ script: 'hello', count: 3 }], { of })))
  for (let round = 0; round < 3; round += 1) await Promise.all(keys.map(of => as(of).say('hello')))
  for (const { answer } of asked) t.equal((await answer).status, 200)
  t.equal(waiting(), 0)
})

t.test('verify() of a test waits too', async t => {
  const mock = await started(t, { fixtures: saying('support', 'Hello') })
  const seen = mock.as('test-key').verify([{ when: { text: 'later' } }], { within: '60s' })
  await ask(mock, 'Not yet')
  await ask(mock, 'Later')
  await seen
  await t.rejects(mock.verify([{ text: 'never' }], { within: '20ms' }), /came never/)
  for (const within of ['61s', 'soon', '', 2000 as never, null as never])
    await t.rejects(mock.verify([{ text: 'x' }], { within }), {
      name: 'TypeError',
      message: /^within must be a duration up to 60s/,
    })
  const open = t.rejects(mock.verify([{ text: 'never' }], { within: '60s' }), /shutting down/)
  await mock.close()
  await open
})
