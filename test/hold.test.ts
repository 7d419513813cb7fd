import t, { type Test } from 'tap'
import { controlOf, type Control } from './control.ts'
import { until } from './exchange.ts'
import { fixture, start, user, type Started } from './kit.ts'

const steps = [{ wait: '1s' }, { say: 'Held.' }]
const scripts = fixture(
  [
    { name: 'three', when: { text: 'three' }, hold: { polls: 3 }, steps },
    { name: 'for', when: { text: 'for' }, hold: { for: '3s' }, steps },
    { name: 'manual', when: { text: 'manual' }, hold: 'manual', steps },
    {
      name: 'unwell',
      when: { text: 'unwell' },
      hold: { polls: 0 },
      polls: [
        { status: 503, headers: { 'retry-after': '2' } },
        { status: 502, body: { no: '{{task.id}}' } },
      ],
      steps: [{ say: 'Well again.' }],
    },
    { name: 'broken', when: { text: 'broken' }, steps: [{ fail: 'It broke.' }] },
    { name: 'at once', steps: [{ say: 'Hello.' }] },
  ],
  { agent: 'support' },
)
const key = 'test-key'
const conflict = { status: 409, body: { code: 409, mock: { code: 'nothing_waits' } } }

async function begin(t: Test, settings: object = {}): Promise<Started & { control: Control }> {
  const started = await start(t, { fixtures: [scripts], clock: 'manual', ...settings })
  return { ...started, control: controlOf(started.url, key) }
}

/** Whether polls show the task in progress, one after another. */
const held = async ({ client }: Started, id: string, count: number) => {
  const seen: boolean[] = []
  for (let poll = 0; poll < count; poll += 1) seen.push((await client.get(id)).body.status === 'in_progress')
  return seen
}

t.test('without a hold of its own, a background task is in progress for one poll, also when it fails', async t => {
  const started = await begin(t)
  for (const text of ['hello', 'broken']) {
    const { body } = await started.client.post({ message: user(text), background: true })
    t.strictSame(await held(started, body.task_id, 3), [true, false, false], text)
  }
})

t.test('a hold that is given to the server overrides those of the fixtures', async t => {
  const started = await begin(t, { hold: { kind: 'polls', polls: 2 } })
  for (const text of ['hello', 'for', 'manual']) {
    const { body } = await started.client.post({ message: user(text), background: true })
    await started.control.advance(1000)
    t.strictSame(await held(started, body.task_id, 3), [true, true, false], text)
  }
})

t.test('a hold of three polls lasts three polls, those during the run among them', async t => {
  const started = await begin(t)
  const { body } = await started.client.post({ message: user('three'), background: true })
  t.strictSame(await held(started, body.task_id, 2), [true, true])
  await started.control.advance(1000)
  t.strictSame(await held(started, body.task_id, 2), [true, false])
  const again = await started.client.post({ message: user('three'), background: true })
  t.strictSame(await held(started, again.body.task_id, 5), [true, true, true, true, true], 'the run goes on still')
})

t.test('a hold for a time lasts that long from the POST, by the clock of the workspace', async t => {
  const started = await begin(t)
  const { body } = await started.client.post({ message: user('for'), background: true })
  await started.control.advance(2999)
  t.strictSame(await held(started, body.task_id, 5), [true, true, true, true, true])
  t.match(await started.control.tasks(), [{ state: 'inactive', held: true }])
  await started.control.advance(1)
  t.strictSame(await held(started, body.task_id, 1), [false])
})

for (const text of ['manual', 'three', 'for']) {
  t.test(`release ends the hold of "${text}", before or after the end of the run`, async t => {
    const started = await begin(t)
    const { client, control } = started
    const ids: string[] = []
    for (const late of [false, true]) {
      const { body } = await client.post({ message: user(text), background: true })
      ids.push(body.task_id)
      if (late) await control.advance(1000)
      t.match(await control.post(`/tasks/${body.task_id}/release`), { status: 200, body: { held: false } })
      t.match(await control.post(`/tasks/${body.task_id}/release`), conflict)
    }
    t.strictSame(await Promise.all(ids.map(id => held(started, id, 1))), [[false], [false]])
  })
}

t.test('a manual hold outlasts time and polls; sync and stream ignore it', async t => {
  const started = await begin(t)
  const { client, control, mock } = started
  const { body } = await client.post({ message: user('manual'), background: true })
  await control.advance(600_000)
  t.notOk((await held(started, body.task_id, 20)).includes(false))
  const waiting = client.say('manual')
  await until('running', () => mock.workspaces.of(key).tasks.running() === 1)
  t.match(await control.post(`/tasks/${(await control.task(2)).id}/release`), conflict)
  await control.advance(1000)
  t.equal((await waiting).body.finish_reason, 'stop')
})

t.test('polls of a script answer the first GETs of its task', async t => {
  const { client, url } = await begin(t)
  const { body } = await client.post({ message: user('unwell'), background: true })
  const poll = () => fetch(`${url}/v2/agents/support/responses/${body.task_id}`, { headers: client.headers })
  const [first, second] = [await poll(), await poll()]
  t.equal(first.status, 503)
  t.equal(first.headers.get('retry-after'), '2')
  t.match(await first.json(), { code: 503, message: 'Service Unavailable' })
  t.equal(second.status, 502)
  t.strictSame(await second.json(), { no: body.task_id })
  t.match((await client.get(body.task_id)).body, {
    status: 'completed',
    output: [{ parts: [{ text: 'Well again.' }] }],
  })
})
