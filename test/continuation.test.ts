import t from 'tap'
import { fixture, results, start, user } from './kit.ts'

const shop = fixture(
  [
    {
      name: 'order',
      when: { text: 'order' },
      steps: [{ say: 'One moment.' }, { call: 'get_iban', id: 'call_iban' }, { call: 'get_mail', id: 'call_mail' }],
    },
    {
      name: 'pay',
      after: 'order',
      when: { tool_result: { get_iban: { country: 'NL' } } },
      steps: [{ say: 'I pay to {{tool_results.get_iban.iban}}.' }, { call: 'confirm', id: 'call_ok' }],
    },
    { name: 'slowly', after: 'order', when: { text: 'slowly' }, steps: [{ wait: '100ms' }, { say: 'Paid slowly.' }] },
    { name: 'busy', after: 'order', when: { text: 'busy' }, http: { status: 503 } },
    { name: 'paid', after: 'pay', when: { tool_result: 'confirm' }, steps: [{ say: 'Paid.' }] },
    { name: 'slow', when: { text: 'slow' }, steps: [{ wait: '100ms' }, { say: 'Here at last.' }] },
    { name: 'broken', when: { text: 'break' }, steps: [{ fail: 'It broke.', code: 422 }] },
    { name: 'hello', when: { text: 'hello' }, steps: [{ say: 'Hello there.' }] },
    { name: 'silence', when: { role: 'tool' }, steps: [{ say: 'You gave me nothing.' }] },
  ],
  { agent: 'shop' },
)
const { client, as } = await start(t, { fixtures: [shop, fixture(shop.scripts, { agent: 'stall' })] })

const iban = { country: 'NL', iban: 'NL91ABNA' }
const bothResults = results({ call_iban: iban, call_mail: 'jane@x.test' })
const foreign = results({ call_iban: { country: 'DE' }, call_mail: 'jane@x.test' })
const saying = (text: string, { parts } = bothResults) => ({ role: 'user', parts: [...parts, ...user(text).parts] })

const turn = async (message: object, task_id?: string, agent = 'shop') =>
  (await client.post({ message, task_id }, agent)).body
const opened = async (text: string) => (await turn(user(text))).task_id as string
const waiting = () => opened('order')
const textOf = (body: { output: { parts: { text: string }[] }[] }) => body.output[0]!.parts[0]!.text
const unanswered = (ids: string) => new RegExp(`tool_call_ids did not have response messages: ${ids}$`)

t.test('a message to an inactive task is its next turn', async t => {
  const first = await turn(user('hello'))
  const second = await turn(user('hello again'), first.task_id)
  t.equal(second.task_id, first.task_id)
  t.not(second['_id'], first['_id'])
  t.not(second.telemetry.trace_id, first.telemetry.trace_id)
  t.equal(second.output.length, 1, 'the reply holds the new turn only')
  t.not(second.output[0].messageId, first.output[0].messageId)
  t.strictSame((await client.get(first.task_id, 'shop')).body, { ...second, status: 'completed' })
})

t.test('a task that waits for nothing takes a tool message without parts', async t => {
  t.equal(textOf(await turn({ role: 'tool', parts: [] }, await opened('hello'))), 'You gave me nothing.')
})

for (const [what, message] of Object.entries({
  'in order': bothResults,
  'in another order': { ...bothResults, parts: bothResults.parts.toReversed() },
  'in a user message': { ...bothResults, role: 'user' },
  'as JSON text': results({ call_iban: JSON.stringify(iban), call_mail: undefined }),
})) {
  t.test(`results of all the waiting calls, ${what}, are the next turn`, async t => {
    t.equal(textOf(await turn(message, await waiting())), 'I pay to NL91ABNA.')
  })
}

t.test('text beside the results is matched as usual', async t => {
  t.equal(textOf(await turn(saying('slowly', foreign), await waiting())), 'Paid slowly.')
})

t.test('a turn may ask for new calls, and only those can then be answered', async t => {
  const id = await waiting()
  const { pending_tool_calls: calls } = await turn(bothResults, id)
  t.strictSame(
    calls.map((call: { id: string }) => call.id),
    ['call_ok'],
  )
  t.match(await turn(bothResults, id), { code: 400, message: /call_iban, call_mail/ })
  t.equal(textOf(await turn(results({ call_ok: true }), id)), 'Paid.')
})

t.test('calls that have been answered cannot be answered again', async t => {
  const id = await waiting()
  await turn(saying('slowly', foreign), id)
  t.match(await turn(bothResults, id), { code: 400, message: /call_iban, call_mail/ })
  t.equal(textOf(await turn(user('hello'), id)), 'Hello there.', 'and the task goes on')
})

const refusals: [what: string, message: object, status: number, words: RegExp][] = [
  ['a user message', user('hello'), 400, unanswered('call_iban, call_mail')],
  ['a user message without parts', { role: 'user', parts: [] }, 400, unanswered('call_iban, call_mail')],
  ['a tool message without parts', { role: 'tool', parts: [] }, 400, unanswered('call_iban, call_mail')],
  ['the result of one call of two', results({ call_iban: iban }), 400, unanswered('call_mail')],
  ['text and the result of one call', saying('slowly', results({ call_mail: '' })), 400, unanswered('call_iban')],
  [
    'a result nobody asked for',
    results({ call_x: 1 }),
    400,
    /^Asked by no turn of this task: call_x\. Waiting: call_iban, /,
  ],
  ['one result too many', results({ call_iban: iban, call_mail: '', call_x: 1 }), 400, /: call_x\./],
  [
    'a call answered twice',
    { role: 'tool', parts: [...bothResults.parts, ...results({ call_mail: 'other' }).parts] },
    400,
    /^Answered more than once in this request: call_mail\. Waiting: call_iban, call_mail\.$/,
  ],
  [
    'text in a tool message',
    { ...saying('slowly'), role: 'tool' },
    400,
    /message\.parts\[2\]\.kind must be tool_result/,
  ],
  ['a message no script matches', { ...foreign, role: 'user' }, 404, /No script matches/],
  ['a message that a script answers with HTTP', saying('busy', foreign), 503, /./],
]
for (const [what, message, status, words] of refusals) {
  t.test(`${what} is a ${status} for a task with waiting calls, and leaves it as it was`, async t => {
    const id = await waiting()
    const before = (await client.get(id, 'shop')).body
    t.match(await turn(message, id), { code: status, message: words })
    t.strictSame((await client.get(id, 'shop')).body, before)
    t.equal(textOf(await turn(bothResults, id)), 'I pay to NL91ABNA.', 'it can still be answered')
  })
}

const strangers: Record<string, (id: string) => Promise<{ body: unknown }>> = {
  'an unknown task': () => client.post({ task_id: '01K', message: bothResults }, 'shop'),
  'a task of another agent': id => client.post({ task_id: id, message: bothResults }, 'stall'),
  'a task of an agent with another letter case': id => client.post({ task_id: id, message: bothResults }, 'Shop'),
  'a task of another API key': id => as('other-key').post({ task_id: id, message: bothResults }, 'shop'),
}
for (const [what, attempt] of Object.entries(strangers)) {
  t.test(`continuing ${what} is a 404 that leaves the task as it was`, async t => {
    const id = await waiting()
    t.match((await attempt(id)).body, { code: 404, message: /Task .* not found/ })
    t.equal(textOf(await turn(bothResults, id)), 'I pay to NL91ABNA.')
  })
}

t.test('an agent sees its tasks in all its versions', async t => {
  const id = await waiting()
  t.equal((await client.get(id, 'shop@1.0.0')).status, 200)
  t.equal((await turn(bothResults, id, 'shop@2.0.0')).task_id, id)
  const versioned = await turn(user('order'), undefined, 'shop@2.0.0')
  t.equal(textOf(await turn(bothResults, versioned.task_id)), 'I pay to NL91ABNA.')
})

t.test('a task that has failed cannot be continued, and stays as it was', async t => {
  const failed = await turn(user('break'))
  t.match(failed, { code: 422, mock: { task_id: String } })
  const before = (await client.get(failed.mock.task_id, 'shop')).body
  t.match(await turn(user('hello'), failed.mock.task_id), { code: 400, message: /failed/ })
  t.strictSame((await client.get(failed.mock.task_id, 'shop')).body, before)
})

for (const message of [bothResults, { ...bothResults, role: 'user' }, saying('hello')]) {
  t.test(`results without task_id are a 400 that names them: ${JSON.stringify(message)}`, async t => {
    t.match(await turn(message), { code: 400, message: /call_iban, call_mail/ })
  })
}

const modes = { sync: {}, background: { background: true }, stream: { stream: true } }
const inProgress = async (id: string) => {
  while ((await client.get(id, 'shop')).body.status !== 'in_progress') await new Promise(setImmediate)
}

for (const [mode, how] of Object.entries(modes)) {
  t.test(`a task that runs (${mode}) takes no message until it is done`, async t => {
    const id = await opened('hello')
    const running = client.send({ message: user('slow'), task_id: id, ...how }, 'shop')
    await inProgress(id)
    t.match(await turn(user('hello'), id), { code: 400, message: 'Agent execution is in progress' })
    t.equal(textOf((await client.settled(id, 'shop')).body), 'Here at last.')
    t.equal(textOf(await turn(user('hello'), id)), 'Hello there.')
    await (await running).text()
  })

  t.test(`a client that hangs up (${mode}) stops nothing`, async t => {
    const id = await opened('hello')
    const leaving = new AbortController()
    const body = { message: user('slow'), task_id: id, ...how }
    const left = client.send(body, 'shop', { signal: leaving.signal }).then(response => response.text())
    await inProgress(id)
    leaving.abort()
    if (mode === 'background') await left
    else await t.rejects(left, { name: 'AbortError' })
    const { body: task } = await client.settled(id, 'shop')
    t.match(task, { status: 'completed', finish_reason: 'stop' })
    t.equal(textOf(task), 'Here at last.')
  })

  t.test(`of two continuations at once (${mode}) exactly one is taken`, async t => {
    const id = await waiting()
    const body = { message: saying('slowly', foreign), task_id: id, ...how }
    const replies = await Promise.all([client.send(body, 'shop'), client.send(body, 'shop')])
    t.strictSame(
      replies.map(reply => reply.status).sort((one, other) => one - other),
      [200, 400],
    )
    const texts = await Promise.all(replies.map(reply => reply.text()))
    t.match(texts[replies.findIndex(reply => reply.status === 400)], 'Agent execution is in progress')
    t.equal(textOf((await client.settled(id, 'shop')).body), 'Paid slowly.')
  })
}

t.test('a background task takes no message while it shows itself in progress', async t => {
  const { task_id: id } = (await client.post({ message: user('hello'), background: true }, 'shop')).body
  t.match(await turn(user('hello'), id), { code: 400, message: 'Agent execution is in progress' })
  t.equal((await client.settled(id, 'shop')).body.status, 'completed')
  t.equal(textOf(await turn(user('hello'), id)), 'Hello there.')
})
