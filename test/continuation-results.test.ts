import t, { type Test } from 'tap'
import { controlOf } from './control.ts'
import { fixture, results, start, user } from './kit.ts'
import { file } from './telling.ts'

const { scripts } = fixture([
  { name: 'order', when: { text: 'order' }, steps: [{ call: 'get_iban' }, { call: 'get_mail' }] },
  { name: 'more', after: 'order', when: { tool_result: 'get_iban' }, steps: [{ call: 'confirm' }] },
  { name: 'paid', after: 'more', when: { tool_result: 'confirm' }, steps: [{ say: 'Paid.' }] },
  { name: 'hello', when: { text: 'hello' }, steps: [{ say: 'Hello.' }] },
])
const unanswered =
  "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: "

async function begin(t: Test, settings: { maxTasks?: number } = {}) {
  const { url, as, client } = await start(t, {
    fixtures: [file('shop', ...scripts), file('stall', ...scripts)],
    ...settings,
  })
  const open = async (text: string, agent = 'shop', by = client) => {
    const { body } = await by.say(text, {}, agent)
    return { id: body.task_id as string, calls: callsOf(body) }
  }
  const answer = async (task_id: string | undefined, ids: string[], agent = 'shop', by = client) => {
    const parts = ids.flatMap(id => results({ [id]: { done: true } }).parts)
    return by.post({ task_id, message: { role: 'tool', parts } }, agent)
  }
  return { client, other: as('other-key'), control: controlOf(url, client.key), open, answer }
}

const callsOf = (body: { pending_tool_calls?: { id: string }[] }) => (body.pending_tool_calls ?? []).map(({ id }) => id)

t.test('each result that no call waits for is refused with its own reason', async t => {
  const { client, other, open, answer } = await begin(t)
  const says = async (task: { id: string }, ids: string[], message: string, code = 'calls_unknown') => {
    const before = (await client.get(task.id, 'shop')).body
    const { status, body } = await answer(task.id, ids)
    t.equal(status, 400)
    t.equal(body.message, message)
    t.equal(body.mock.code, code)
    t.strictSame((await client.get(task.id, 'shop')).body, before, 'and leaves the task as it was')
  }
  const task = await open('order')
  const [iban, mail] = task.calls as [string, string]
  const second = await open('order')
  const stall = await open('order', 'stall')
  const foreign = await open('order', 'shop', other)
  const idle = await open('hello')
  const waiting = `Waiting: ${iban}, ${mail}.`

  await says(task, [iban, mail, mail], `Answered more than once in this request: ${mail}. ${waiting}`)
  await says(task, [iban, `${mail}x`], `Asked by no turn of this task: ${mail}x, did you mean "${mail}"? ${waiting}`)
  await says(task, ['other'], `Asked by no turn of this task: other. ${waiting}`)
  await says(task, second.calls, `Asked by another task, ${second.id}: ${second.calls.join(', ')}. ${waiting}`)
  await says(
    task,
    [stall.calls[0]!],
    `Asked by another task, ${stall.id} of agent "stall": ${stall.calls[0]}. ${waiting}`,
  )
  await says(task, [iban], unanswered + mail, 'calls_unanswered')
  await says(idle, ['other'], 'Asked by no turn of this task: other. The task waits for no tool call.')
  const { body } = await answer(task.id, [foreign.calls[0]!])
  t.match(body.message, `Asked by no turn of this task: ${foreign.calls[0]}`, 'another key gives nothing away')
  t.notMatch(JSON.stringify(body), foreign.id)

  const next = callsOf((await answer(task.id, [iban, mail])).body)
  await says(task, [iban], `Answered in an earlier turn of this task: ${iban}. Waiting: ${next.join(', ')}.`)
  await answer(task.id, next)
  await says(
    task,
    [mail, 'other', 'other'],
    `Answered more than once in this request: other. Answered in an earlier turn of this task: ${mail}. Asked by no turn of this task: other. The task waits for no tool call.`,
  )
})

t.test('results without task_id are told which task waits for them', async t => {
  const { other, open, answer } = await begin(t)
  const task = await open('order')
  const stall = await open('order', 'stall')
  const foreign = await open('order', 'shop', other)
  const says = async (ids: string[], hint: string) => {
    const { status, body } = await answer(undefined, ids)
    t.equal(status, 400)
    t.equal(body.message, `These tool results came without task_id: ${ids.join(', ')}. ${hint}`)
  }
  const none = 'No task of this API key waits for them; send the task_id that came with the calls.'
  await says(task.calls, `Send it: ${task.id} waits for them.`)
  await says(stall.calls, `Task ${stall.id} of agent "stall" waits for them.`)
  await says(foreign.calls, none)
  await says(['other'], none)
})

t.test('a task that is not there is told apart by what became of it, for a POST and for a GET', async t => {
  const { client, other, control, open } = await begin(t, { maxTasks: 2 })
  const says = async (id: string, message: string, agent = 'shop') => {
    const post = await client.post({ task_id: id, message: user('hello') }, agent)
    t.match(post, { status: 404, body: { code: 404, mock: { code: 'unknown_task' } } })
    t.equal(post.body.message, message)
    t.equal((await client.get(id, agent)).body.message, message)
  }
  const general = 'A task belongs to one agent and one API key, and is gone after a reset or a restart.'
  const foreign = await open('hello', 'shop', other)
  const [dropped, kept] = [await open('hello'), await open('hello')]
  await says(kept.id, `Task ${kept.id} was not found for agent "stall". It belongs to agent "shop".`, 'stall')
  await says(foreign.id, `Task ${foreign.id} was not found. ${general}`)
  await says('01K', `Task 01K was not found. ${general}`)
  await open('hello')
  await says(
    dropped.id,
    `Task ${dropped.id} was not found: it had to go for a new one. A workspace keeps 2 tasks; start the mock with a higher --max-tasks.`,
  )
  await control.delete('/requests')
  const went = `${general} 1 had to go for new ones; keep more with a higher --max-tasks.`
  await says(dropped.id, `Task ${dropped.id} was not found. ${went}`)
  await control.post('/reset')
  await says(kept.id, `Task ${kept.id} was not found. ${general} There has been a reset since the mock started.`)
})

t.test('very many results, and very long ids, are refused in no time and in few words', async t => {
  const { open, answer } = await begin(t)
  const { id } = await open('order')
  const many = Array.from({ length: 100_000 }, (_, index) => `call_${index}`)
  const { status, body } = await answer(id, [...many, 'x'.repeat(1_000_000)])
  t.equal(status, 400)
  t.match(body.message, 'call_9 and 99991 more.')
  t.ok(JSON.stringify((await answer(id, ['x'.repeat(1_000_000)])).body).length < 1000)
})
