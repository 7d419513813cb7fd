import t from 'tap'
import { controlOf } from './control.ts'
import { key, manual, path, saying, sendAs } from './journal-kit.ts'
import { start } from './kit.ts'

const refusals: [what: string, body: string, status: number][] = [
  ['of another shape', '{"message":{"role":"user"}}', 400],
  ['that is not JSON', '{"message": ', 400],
  ['that continues no task', saying('hello', { task_id: '01K' }), 404],
]
for (const [what, body, status] of refusals) {
  t.test(`a request ${what} is journalled as refused, with its agent, its body and its answer`, async t => {
    const started = await start(t, manual)
    const reply = await (await sendAs(started)(body)).json()
    const entry = await controlOf(started.url, key).lastRequest()
    t.match(entry, {
      method: 'POST',
      url: path,
      agent: 'support',
      body,
      status,
      reply,
      end: 'refused',
      unmatched: false,
    })
    for (const field of ['script', 'place', 'near_misses', 'events']) t.notOk(field in entry, `no ${field}`)
  })
}

t.test('a request that no script matches is journalled with what each near one said', async t => {
  const started = await start(t, manual)
  const { body: reply } = await started.client.say('nothing of that')
  const entry = await controlOf(started.url, key).lastRequest()
  t.match(entry, { agent: 'support', mode: 'sync', status: 404, unmatched: true, end: 'refused', reply })
  t.strictSame(entry.near_misses[0], {
    script: 'hello',
    place: 'fixtures[0].scripts[0]',
    criteria: [
      { criterion: 'agent', holds: true, by: 'key', expected: 'support', found: 'support' },
      { criterion: 'text', holds: false, expected: 'hello', found: 'nothing of that' },
    ],
  })
  t.notOk('script' in entry)
})

t.test('an echo is unmatched all the same, and says that it was one', async t => {
  const started = await start(t, { ...manual, unmatched: 'echo' })
  await started.client.say('nothing of that')
  const entry = await controlOf(started.url, key).lastRequest()
  t.match(entry, { script: 'echo', status: 200, unmatched: true, end: 'completed' })
  t.equal(entry.near_misses.length, 5)
})
