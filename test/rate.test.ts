import t from 'tap'
import type { ScriptShape } from '../src/language/shape.ts'
import { controlOf } from './control.ts'
import { fixture, start, user } from './kit.ts'

const say = (name: string, more: Partial<ScriptShape> = {}): ScriptShape => ({
  name,
  when: { text: name },
  steps: [{ say: name }],
  ...more,
})

t.test(
  'more requests than the rate get a 429, open no task, and take no attempt; after the window they play',
  async t => {
    const limited = {
      name: 'limited',
      when: { text: 'limited' },
      rate: { requests: 2, per: '10s' },
      attempts: [{ steps: [{ say: '1' }] }, { steps: [{ say: '2' }] }, { steps: [{ say: '3' }] }],
    }
    const { client, url, as } = await start(t, { clock: 'manual', fixtures: [fixture([limited, say('free')])] })
    const control = controlOf(url, client.key)
    const send = (text: string) => client.send({ message: user(text) })
    t.equal((await send('limited')).status, 200)
    await control.post('/clock/advance', { ms: 9001 })
    t.equal((await send('limited')).status, 200)
    const refused = await send('limited')
    t.equal(refused.status, 429)
    t.match(Object.fromEntries(refused.headers), {
      'retry-after': '1',
      'x-ratelimit-limit': '2',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': '1',
    })
    t.match(await refused.json(), { code: 429, mock: { code: 'rate_limited', script: 'limited' } })
    t.match(await control.lastRequest(), { script: 'limited', status: 429, unmatched: false })
    t.equal((await control.get('/tasks')).body.tasks.length, 2)
    t.equal((await send('free')).status, 200, 'another script is not meant')
    t.equal((await as('another key').send({ message: user('limited') })).status, 200, 'nor another workspace')
    await control.post('/clock/advance', { ms: 1000 })
    const { body } = await client.say('limited')
    t.equal(body.output[0].parts[0].text, '3')
  },
)

t.test('the rate of a file is shared by its scripts, but for those with their own', async t => {
  const scripts = [say('one'), say('two'), say('own', { rate: { requests: 1, per: '1m' } })]
  const other = fixture([say('other')], { agent: 'support' })
  const { client, mock } = await start(t, {
    clock: 'manual',
    fixtures: [fixture(scripts, { rate: { requests: 2, per: '1m' } }), other],
  })
  const statuses = []
  for (const text of ['one', 'two', 'one', 'own', 'own', 'other', 'other', 'other'])
    statuses.push((await client.send({ message: user(text) })).status)
  t.strictSame(statuses, [200, 200, 429, 200, 429, 200, 200, 200])
  mock.workspaces.reset(client.key)
  t.equal((await client.send({ message: user('one') })).status, 200, 'a reset begins a new window')
})
