import t from 'tap'
import type { Fixture } from '../src/index.ts'
import { user } from './kit.ts'
import { ask, post, saying, started } from './library.ts'

t.test('requests() tells what came and what came of it, for all keys or for one', async t => {
  const mock = await started(t, { fixtures: saying('support', 'Hello') })
  t.strictSame(mock.requests(), [])
  await ask(mock, 'One', { key: 'a' })
  await ask(mock, 'Two', { key: 'b' })
  await ask(mock, 'Three', { key: 'a', agent: 'nobody' })
  t.match(mock.requests(), [
    {
      method: 'POST',
      agent: 'support',
      script: 'support-speaks',
      mode: 'sync',
      status: 200,
      unmatched: false,
      end: 'completed',
    },
    { script: 'support-speaks' },
    { agent: 'nobody', status: 404, unmatched: true, end: 'refused' },
  ])
  const bodies = mock
    .as('a')
    .requests()
    .map(({ body }) => JSON.parse(body!) as object)
  t.strictSame(bodies, [{ message: user('One') }, { message: user('Three') }])
  t.equal(mock.as('b').requests().length, 1)
  t.strictSame(mock.as('nobody').requests(), [])
  t.notMatch(JSON.stringify(mock.as('test-key').requests()), 'test-key', 'and no key')
})

t.test('verify() resolves where every expectation holds', async t => {
  const mock = await started(t, { fixtures: saying('support', 'Hello') })
  await ask(mock, 'Refund my order')
  await ask(mock, 'Thank you')
  await mock.verify([
    { agent: 'support' },
    { text: 'refund', count: 1 },
    { script: 'support-speaks', at_least: 2 },
    { text: 'weather', never: true },
  ])
  await mock.verify([{ text: 'refund' }, { text: 'thank' }], { ordered: true })
  t.pass('and rejects nothing')
})

t.test('verify() rejects with an account that a person can read', async t => {
  const mock = await started(t, { fixtures: saying('support', 'Hello') })
  await ask(mock, 'Refund my order')
  await t.rejects(mock.verify([{ text: 'weather' }, { agent: 'support' }]), {
    message:
      /^Not verified: 1 of 2 expectations do not hold\.\n- expected text "weather" at least once; came never\. The nearest other request:\n {4}#1 support: "Refund my order" → support-speaks; text: expected "weather", found "Refund my order"\n/,
  })
  await t.rejects(mock.verify([{ agent: 'support', count: 2 }]), /came once/)
  await t.rejects(mock.verify([{ agent: 'support', never: true }]), /expected agent "support" never/)
  await t.rejects(mock.as('another').verify([{ agent: 'support' }]), /The journal holds 0 turns\./)
})

t.test('verify() rejects what it does not understand', async t => {
  const mock = await started(t, { fixtures: saying('support', 'Hello') })
  await ask(mock, 'Hello')
  for (const wrong of [{ scirpt: 'x' }, {}, { text: 1 }, { count: -1 }, { count: 1, never: true }])
    await t.rejects(mock.verify([wrong as object]), /\w/, JSON.stringify(wrong))
  await t.rejects(mock.verify([]), /\w/, 'nothing expected')
})

t.test('reset() brings everything back to the start, for all keys or for one', async t => {
  const fixtures: Fixture = {
    scripts: [{ name: 'once', attempts: [{ steps: [{ say: 'First' }] }, { steps: [{ say: 'Later' }] }] }],
  }
  const mock = await started(t, { fixtures, seed: 'same', clock: 'manual' })
  const turn = async (key: string) => {
    const reply = await post(mock.url, { message: user('Hi') }, { key })
    return (await reply.json()) as { task_id: string; created_at: string; output: { parts: { text: string }[] }[] }
  }
  const [firstA, firstB] = [await turn('a'), await turn('b')]
  mock.advance(1000)
  t.equal((await turn('a')).output[0]!.parts[0]!.text, 'Later')
  mock.as('a').reset()
  t.strictSame(mock.as('a').requests(), [])
  t.strictSame(await turn('a'), firstA, 'ids, times and attempts begin again')
  t.equal((await turn('b')).output[0]!.parts[0]!.text, 'Later', 'the other key is as it was')
  mock.reset()
  t.strictSame(mock.requests(), [])
  t.strictSame(await turn('b'), firstB)
})

t.test('reset() takes away what was put over the fixtures', async t => {
  const mock = await started(t, { fixtures: saying('support', 'Hello') })
  const put = (headers: Record<string, string>) =>
    fetch(`${mock.url}/__admin/fixtures`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(saying('support', 'Over')),
    })
  for (const headers of [{ authorization: 'Bearer test-key' }, {}] as Record<string, string>[]) {
    t.equal((await put(headers)).status, 200)
    t.equal(await ask(mock, 'Hi'), 'Over')
    mock.reset()
    t.equal(await ask(mock, 'Hi'), 'Hello')
  }
})

t.test('reset() ends what runs: a waiting POST gets a 503', async t => {
  const mock = await started(t, { fixtures: { scripts: [{ name: 'slow', steps: [{ wait: '10m' }] }] } })
  const waiting = ask(mock, 'Hi')
  while (mock.requests().length === 0) await new Promise(resolve => setTimeout(resolve, 5))
  mock.reset()
  t.equal(await waiting, '503')
})

t.test('advance() plays what falls due on a manual clock, for all keys or for one', async t => {
  const fixtures: Fixture = { scripts: [{ name: 'slow', steps: [{ wait: '30s' }, { say: 'Done' }] }] }
  const mock = await started(t, { fixtures, clock: 'manual' })
  const said: string[] = []
  const all = ['a', 'b'].map(key => ask(mock, 'Hi', { key }).then(words => said.push(`${key}: ${words}`)))
  while (mock.requests().length < 2) await new Promise(resolve => setTimeout(resolve, 5))
  mock.advance(29_999)
  t.match(mock.requests(), [{ end: 'running' }, { end: 'running' }])
  mock.as('b').advance(1)
  await all[1]
  t.strictSame(said, ['b: Done'])
  mock.advance(1)
  await Promise.all(all)
  t.strictSame(said, ['b: Done', 'a: Done'])
})

t.test('advance() throws with the real clock, whoever has called before', async t => {
  const mock = await started(t)
  t.throws(() => mock.as('k').advance(1), { code: 'clock_is_real' })
  t.throws(() => mock.advance(1), { code: 'clock_is_real' })
  const fresh = await started(t)
  t.throws(() => fresh.advance(1), { code: 'clock_is_real' })
})

for (const ms of [-1, NaN, Infinity]) {
  t.test(`advance(${ms}) throws: time neither runs back nor to its end`, async t => {
    const mock = await started(t, { clock: 'manual' })
    t.throws(() => mock.as('k').advance(ms))
  })
}
