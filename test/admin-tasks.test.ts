import t, { type Test } from 'tap'
import { controlOf, fingerprintOf, follow, type Control } from './control.ts'
import { eventsOf, fixture, results, start, user, type Reply, type Started } from './kit.ts'

const scripts = fixture(
  [
    {
      name: 'refund',
      when: { text: 'refund' },
      steps: [
        { say: 'Let me ask.' },
        {
          review: 'issue_refund',
          arguments: { amount: 42 },
          outcome: 'manual',
          approved: [{ say: 'Granted.' }],
          rejected: [{ say: 'Refused.' }],
        },
        { wait: '1s' },
        { say: 'Done.' },
      ],
    },
    { name: 'twice', when: { text: 'twice' }, steps: [manual('one'), manual('two'), { say: 'Both.' }] },
    { name: 'easy', when: { text: 'easy' }, steps: [{ review: 'easy' }, { wait: '1s' }, { say: 'Done.' }] },
    { name: 'call', when: { text: 'call' }, steps: [{ call: 'get_iban' }, { call: 'get_name' }] },
    { name: 'called', after: 'call', steps: [{ wait: '1s' }, { say: 'Thanks.' }] },
    { name: 'broken', when: { text: 'broken' }, steps: [{ fail: 'It broke.' }] },
    { name: 'manual', when: { text: 'manual' }, hold: 'manual', steps: [{ wait: '1s' }, { say: 'Held.' }] },
    { name: 'hello', steps: [{ say: 'Hello.' }] },
  ],
  { agent: 'support' },
)
const key = 'test-key'

function manual(review: string) {
  return { review, outcome: 'manual' as const }
}

async function begin(t: Test): Promise<Started & { control: Control }> {
  const started = await start(t, { fixtures: [scripts], clock: 'manual' })
  return { ...started, control: controlOf(started.url, key) }
}
const textsOf = ({ body }: Reply): string[] => body.output[0].parts.map(({ text }: { text: string }) => text)
const conflict = { status: 409, body: { code: 409, mock: { code: 'nothing_waits' } } }
const missing = { status: 404, body: { code: 404, mock: { code: 'unknown_task' } } }

t.test('the list shows every task with its state and what it waits for', async t => {
  const { control, client } = await begin(t)
  await client.say('hello')
  const refund = client.send({ message: user('refund') })
  await control.task(2)
  await client.say('call')
  await client.say('broken')
  await client.post({ message: user('manual'), background: true })
  const tasks = await control.tasks()
  const same = { workspace: fingerprintOf(key), agent: 'support', api: 'v2', created_at: '2026-01-01T00:00:00.000Z' }
  const idle = { ...same, held: false, waiting_calls: [] }
  const [hello, asked, called, broken, held] = tasks.map(({ id }) => ({ id: id as string }))
  t.strictSame(tasks, [
    { ...idle, ...hello, state: 'inactive', script: 'hello' },
    { ...idle, ...asked, state: 'in_progress', script: 'refund', waiting_for_review: 'issue_refund' },
    { ...idle, ...called, state: 'inactive', script: 'call', waiting_calls: ['get_iban', 'get_name'] },
    { ...idle, ...broken, state: 'errored', script: 'broken', error: 'It broke.' },
    { ...idle, ...held, state: 'in_progress', script: 'manual', held: true },
  ])
  await control.post(`/tasks/${asked!.id}/reject`)
  t.equal((await refund).status, 200)
})

t.test('one task shows its whole timeline, turn by turn', async t => {
  const { control, client } = await begin(t)
  const { body } = await client.say('call')
  const [iban, name] = body.pending_tool_calls
  await client.post({ message: results({ [iban.id]: 1, [name.id]: 2 }), task_id: body.task_id, background: true })
  const { body: task } = await control.get(`/tasks/${body.task_id}`)
  t.match(task, { id: body.task_id, state: 'in_progress', script: 'called', held: true, waiting_calls: [] })
  t.match(task.turns, [
    { response_id: body['_id'], script: 'call', started_at: '2026-01-01T00:00:00.000Z', outcome: 'finished' },
    { script: 'called', outcome: 'running', events: [{ type: 'started', offset_ms: 0 }] },
  ])
  t.match(task.turns[0].events.at(-1), {
    type: 'done',
    finish: 'function_call',
    calls: [{ id: iban.id }, { id: name.id }],
  })
  await control.advance(1000)
  const { body: later } = await control.get(`/tasks/${body.task_id}`)
  t.equal(later.turns[1].outcome, 'finished')
  t.match(later.turns[1].events, [
    { type: 'started', at: '2026-01-01T00:00:00.000Z', offset_ms: 0 },
    { type: 'spoken', at: '2026-01-01T00:00:01.000Z', offset_ms: 1000, kind: 'text', text: 'Thanks.' },
    { type: 'done', offset_ms: 1000 },
  ])
})

/** Asks in one of the three modes, for a run that waits, and answers how it ends. */
type Asking = (started: Started, text: string) => Promise<() => Promise<{ texts: string[]; failure?: unknown }>>
const modes: Record<string, Asking> = {
  async sync({ client }, text) {
    const waiting = client.say(text)
    return async () => {
      const reply = await waiting
      return reply.status === 200 ? { texts: textsOf(reply) } : { texts: [], failure: reply.body }
    }
  },
  async background({ client }, text) {
    const { body } = await client.post({ message: user(text), background: true })
    t.equal((await client.get(body.task_id)).body.status, 'in_progress')
    return async () => {
      const reply = await client.settled(body.task_id)
      const { status, error } = reply.body
      return { texts: textsOf(reply), ...(status === 'failed' ? { failure: { message: error } } : {}) }
    }
  },
  async stream({ client }, text) {
    const reading = await follow(signal => client.send({ message: user(text), stream: true }, 'support', { signal }))
    await reading.said('tool.review.requested')
    return async () => {
      const { events, done } = eventsOf(await reading.ended)
      t.ok(done, 'the stream ends with [DONE]')
      const texts = events.flatMap(event =>
        event.type === 'part.done' && event.data.part.kind === 'text' ? event.data.part.text : [],
      )
      const failed = events.flatMap(event => (event.type === 'response.failed' ? event.data : []))
      return { texts, ...(failed[0] ? { failure: { code: failed[0].code, message: failed[0].error } } : {}) }
    }
  },
}

for (const [mode, ask] of Object.entries(modes)) {
  for (const [action, texts] of Object.entries({
    approve: ['Let me ask.', 'Granted.', 'Done.'],
    reject: ['Let me ask.', 'Refused.'],
  })) {
    t.test(`${action} settles a review that waits (${mode}), once`, async t => {
      const started = await begin(t)
      const { control } = started
      const ended = await ask(started, 'refund')
      const { id } = await control.task()
      await control.advance(60_000)
      t.match(
        await control.tasks(),
        [{ state: 'in_progress', waiting_for_review: 'issue_refund' }],
        'time decides nothing',
      )
      const settled = await control.post(`/tasks/${id}/${action}`)
      t.match(settled, { status: 200, body: { id, state: action === 'approve' ? 'in_progress' : 'inactive' } })
      t.notOk('waiting_for_review' in settled.body)
      for (const again of ['approve', 'reject']) t.match(await control.post(`/tasks/${id}/${again}`), conflict)
      await control.advance(1000)
      t.strictSame((await ended()).texts, texts)
    })
  }

  t.test(`fail breaks a run where it stands (${mode})`, async t => {
    const started = await begin(t)
    const { control, client } = started
    const ended = await ask(started, 'refund')
    const { id } = await control.task()
    const failing = { error: 'The line is dead.', code: 418 }
    t.match(await control.post(`/tasks/${id}/fail`, failing), {
      status: 200,
      body: { id, state: 'errored', error: 'The line is dead.' },
    })
    const { failure } = await ended()
    t.match(failure, mode === 'background' ? { message: failing.error } : { code: 418, message: failing.error })
    t.match((await client.settled(id)).body, { status: 'failed', error: failing.error })
    for (const action of ['fail', 'approve', 'reject']) t.match(await control.post(`/tasks/${id}/${action}`), conflict)
  })
}

t.test('without words, fail says that it was made to, with 500', async t => {
  const started = await begin(t)
  const waiting = started.client.say('refund')
  const { id } = await started.control.task()
  await started.control.post(`/tasks/${id}/fail`)
  t.match(await waiting, { status: 500, body: { message: 'The run was made to fail.', mock: { task_id: id } } })
})

t.test('fail takes an error and a code and nothing else', async t => {
  const { control, client } = await begin(t)
  client.say('refund').catch(() => {})
  const { id } = await control.task()
  for (const body of [{ code: 200 }, { code: 600 }, { code: '500' }, { error: 1 }, { eror: 'x' }, [], 'x'])
    t.match(await control.post(`/tasks/${id}/fail`, body), { status: 400, body: { mock: { code: 'bad_body' } } })
  t.match(await control.tasks(), [{ state: 'in_progress' }])
})

t.test('a run that waits for time can be broken too, and its timers do nothing more', async t => {
  const { control, client } = await begin(t)
  const { body } = await client.post({ message: user('easy'), background: true })
  await control.post(`/tasks/${body.task_id}/fail`)
  await control.advance(5000)
  t.match((await client.settled(body.task_id)).body, { status: 'failed', output: [{ parts: [] }] })
})

t.test('reviews that follow each other wait one by one', async t => {
  const { control, client } = await begin(t)
  const waiting = client.say('twice')
  const { id } = await control.task()
  t.match(await control.post(`/tasks/${id}/approve`), { body: { waiting_for_review: 'two' } })
  await control.post(`/tasks/${id}/approve`)
  t.strictSame(textsOf(await waiting), ['Both.'])
})

t.test('what does not wait cannot be settled, released or broken: 409', async t => {
  const { control, client } = await begin(t)
  await client.say('hello')
  await client.say('broken')
  await client.say('call')
  await client.post({ message: user('easy'), background: true })
  const [hello, broken, call, easy] = (await control.tasks()).map(({ id }) => id as string)
  for (const id of [hello, broken, call])
    for (const action of ['approve', 'reject', 'release', 'fail'])
      t.match(await control.post(`/tasks/${id}/${action}`), conflict, action)
  for (const action of ['approve', 'reject']) t.match(await control.post(`/tasks/${easy}/${action}`), conflict, action)
})

t.test('a task that is unknown, or of another key, is a 404', async t => {
  const { control, client, url } = await begin(t)
  client.say('refund').catch(() => {})
  const { id } = await control.task()
  for (const [who, of] of [
    [controlOf(url, 'other'), id],
    [control, '01K'],
    [controlOf(url), '01K'],
  ] as const) {
    t.match(await who.get(`/tasks/${of}`), missing)
    for (const action of ['approve', 'reject', 'release', 'fail'])
      t.match(await who.post(`/tasks/${of}/${action}`), missing, action)
  }
  t.match(await controlOf(url).get(`/tasks/${id}`), { status: 200, body: { id } }, 'without a key, all are known')
  t.match(await controlOf(url).post(`/tasks/${id}/approve`), { status: 200 })
})
