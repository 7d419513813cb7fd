import t, { type Test } from 'tap'
import type { Settings } from '../src/options/settings.ts'
import { fixture, start, type Reply } from './kit.ts'
import { routerOf } from './v3-kit.ts'

const scripts = fixture([
  { name: 'refund', when: { text: 'refund' }, steps: [{ call: 'get_iban' }, { call: 'get_name' }] },
  {
    name: 'paid',
    after: 'refund',
    when: { tool_result: { get_iban: { country: 'NL' } } },
    steps: [{ say: 'Paid to {{tool_results.get_name}}, of {{task.id}}.' }],
  },
  { name: 'thanked', after: 'paid', steps: [{ say: 'You are welcome.' }] },
  { name: 'one id', when: { text: 'fixed' }, steps: [{ call: 'get_time', id: 'call_time' }] },
  { name: 'told', after: 'one id', steps: [{ say: 'It is {{tool_results.get_time}}, of {{task.id}}.' }] },
  { name: 'alone', when: { role: 'tool' }, steps: [{ say: 'No more is known of {{tool_results.get_iban.country}}.' }] },
  { name: 'broken', when: { text: 'broken' }, steps: [{ fail: 'It broke.' }] },
  { name: 'held', when: { text: 'held' }, hold: 'manual', steps: [{ say: 'Done.' }] },
  { name: 'hello', steps: [{ say: 'Hello.' }] },
])

async function begin(t: Test, settings: Partial<Settings> = {}) {
  const { url } = await start(t, { fixtures: [scripts], ...settings })
  return routerOf(url)
}

type Body = Reply['body']
const outputs = (...given: [id: string, output: string][]) =>
  given.map(([call_id, output]) => ({ type: 'function_call_output', call_id, output }))
const callsOf = ({ output }: Body): string[] =>
  output.filter(({ type }: Body) => type === 'function_call').map(({ call_id: id }: Body) => id)
const textOf = ({ output }: Body): string => output[0].content[0].text
const answersTo = (body: Body) => {
  const [iban = '', name = ''] = callsOf(body)
  return outputs([iban, '{"country":"NL"}'], [name, 'J. Doe'])
}
const replayed = ({ output }: Body) => [{ role: 'user', content: 'refund' }, ...output]
const bare = (items: Body[]) => items.map(({ id: _id, ...item }) => item)

/** The ways in which clients name what they continue. */
const ways: Record<string, (first: Body) => Record<string, unknown>> = {
  'by previous_response_id': first => ({ previous_response_id: first.id, input: answersTo(first) }),
  'by the outputs alone': first => ({ input: answersTo(first) }),
  'by the outputs, beside a conversation': first => ({ input: answersTo(first), conversation: 'conv_1' }),
  'by the transcript': first => ({ input: [...replayed(first), ...answersTo(first)] }),
  'by the transcript without ids of items': first => ({ input: [...bare(replayed(first)), ...answersTo(first)] }),
  'by the transcript, call and output in turn': first => {
    const [user, one, two] = replayed(first)
    const [first_, second] = answersTo(first)
    return { input: [user, one, first_, two, second] }
  },
}

for (const [way, ask] of Object.entries(ways))
  t.test(`a client tool's loop goes on ${way}`, async t => {
    const v3 = await begin(t)
    const first = (await v3.post({ input: 'refund' })).body
    t.equal(first.status, 'completed')
    const { status, body } = await v3.post(ask(first))
    t.equal(status, 200)
    t.match(textOf(body), /^Paid to J\. Doe, of \w{26}\.$/)
    t.not(body.id, first.id)
    t.equal((await v3.get(first.id)).status, 200, 'what it continues is still there')
    const third = await v3.post({ previous_response_id: body.id, input: 'Thanks' })
    t.equal(textOf(third.body), 'You are welcome.')
    t.equal(third.body.previous_response_id, body.id)
  })

t.test('a response has as many children as it gets, each with the conversation it belongs to', async t => {
  const v3 = await begin(t)
  const first = (await v3.post({ input: 'refund' })).body
  const twice = []
  for (const _ of [1, 2]) twice.push((await v3.post({ previous_response_id: first.id, input: answersTo(first) })).body)
  t.not(twice[0]!.id, twice[1]!.id)
  t.equal(textOf(twice[0]), textOf(twice[1]), 'the task that it began with is the same')
  for (const { id } of twice) t.equal(textOf((await v3.post({ previous_response_id: id })).body), 'You are welcome.')
})

t.test('one id of many calls means the response that is named, else the latest that made it', async t => {
  const v3 = await begin(t)
  const one = (await v3.post({ input: 'fixed' })).body
  const other = (await v3.post({ input: 'fixed' })).body
  const input = outputs(['call_time', 'noon'])
  const named = textOf((await v3.post({ previous_response_id: one.id, input })).body)
  const latest = textOf((await v3.post({ input })).body)
  const otherNamed = textOf((await v3.post({ previous_response_id: other.id, input })).body)
  t.equal(latest, otherNamed)
  t.not(named, latest)
})

t.test('what is not stored is found by its calls alone', async t => {
  const v3 = await begin(t)
  const first = (await v3.post({ input: 'refund', store: false })).body
  t.match(await v3.get(first.id), { status: 404, body: { error: { message: /"store": false/ } } })
  const named = await v3.post({ previous_response_id: first.id, input: answersTo(first) })
  t.match(named, { status: 404, body: { error: { code: 'previous_response_not_found' } } })
  const { body } = await v3.post({ input: [...bare(replayed(first)), ...answersTo(first)], store: false })
  t.match(textOf(body), /^Paid to J\. Doe/)
})

t.test('a call that nobody here made may come with its output', async t => {
  const v3 = await begin(t)
  const call = { type: 'function_call', call_id: 'call_x', name: 'get_iban', arguments: '{}' }
  const { body } = await v3.post({ input: [call, ...outputs(['call_x', '{"country":"NL"}'])] })
  t.equal(textOf(body), 'No more is known of NL.')
  t.equal(body.previous_response_id, null)
})

t.test('with a response go its names', async t => {
  const v3 = await begin(t, { maxTasks: 2 })
  const first = (await v3.post({ input: 'refund' })).body
  for (const _ of [1, 2]) await v3.post({})
  t.match(await v3.post({ previous_response_id: first.id }), {
    status: 404,
    body: { error: { code: 'previous_response_not_found', message: /--max-tasks/ } },
  })
  t.match(await v3.post({ input: answersTo(first) }), { status: 400, body: { mock: { code: 'calls_unknown' } } })
})

/** What cannot be continued so, by what it is said to. */
const refusals: Record<
  string,
  [first: string, ask: (first: Body) => Record<string, unknown>, status: number, found: object]
> = {
  'an unknown response': [
    'hello',
    () => ({ previous_response_id: 'resp_x' }),
    404,
    { code: 'previous_response_not_found', param: 'previous_response_id', message: /^Response resp_x was not found/ },
  ],
  'an id that is one of a call': [
    'refund',
    first => ({ previous_response_id: callsOf(first)[0] }),
    404,
    { code: 'previous_response_not_found' },
  ],
  'a word of the user while calls wait': [
    'refund',
    first => ({ previous_response_id: first.id, input: 'Hm' }),
    400,
    { param: 'input', code: null, message: /^(No tool output found for function call call_\w{26}\. ?){2}$/ },
  ],
  'outputs for some of the calls': [
    'refund',
    first => ({ previous_response_id: first.id, input: answersTo(first).slice(0, 1) }),
    400,
    { message: /^No tool output found for function call call_\w{26}\.$/ },
  ],
  'an output of a call that was never made': [
    'hello',
    first => ({ previous_response_id: first.id, input: outputs(['call_x', 'a']) }),
    400,
    { param: 'input', message: /^No tool call found for function call output with call_id call_x\./ },
  ],
  'the same beside those that were': [
    'refund',
    first => ({ input: [...answersTo(first), ...outputs(['call_x', 'a'])] }),
    400,
    { message: /call_id call_x\./ },
  ],
  'an output that comes twice': [
    'refund',
    first => ({ input: [...answersTo(first), answersTo(first)[0]] }),
    400,
    { message: /is answered more than once\./ },
  ],
  'a response that has failed': [
    'broken',
    first => ({ previous_response_id: first.mock.response_id }),
    400,
    { code: 'task_errored', message: /has failed and cannot be continued/ },
  ],
}
for (const [name, [text, ask, wanted, found]] of Object.entries(refusals))
  t.test(`a continuation is refused: ${name}`, async t => {
    const v3 = await begin(t)
    const first = (await v3.post({ input: text })).body
    const { status, body } = await v3.post(ask(first))
    t.equal(status, wanted)
    t.match(body.error, { type: 'invalid_request_error', ...found })
  })

t.test('a continuation is refused: a response that still shows itself in progress', async t => {
  const v3 = await begin(t)
  const { id } = (await v3.post({ input: 'held', background: true })).body
  const { status, body } = await v3.post({ previous_response_id: id })
  t.equal(status, 400)
  t.match(body.error, { code: 'task_running', message: `Response ${id} is still in progress.` })
})
