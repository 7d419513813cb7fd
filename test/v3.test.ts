import t, { type Test } from 'tap'
import type { Settings } from '../src/options/settings.ts'
import { controlOf } from './control.ts'
import { fixture, start, user } from './kit.ts'
import { orderFaults, router, routerOf } from './v3-kit.ts'

const scripts = fixture([
  { name: 'v3 only', when: { text: 'which', api: 'v3' }, steps: [{ say: 'By {{response.id}} of {{task.id}}.' }] },
  { name: 'v2 only', when: { text: 'which', api: 'v2' }, steps: [{ say: 'The other one.' }] },
  { name: 'talks', when: { conversation: { _id: 'conv_1' } }, steps: [{ say: 'We talk.' }] },
  { name: 'held', when: { text: 'held' }, hold: 'manual', steps: [{ say: 'Done.' }] },
  { name: 'cut short', when: { text: 'short' }, steps: [{ say: 'Half' }, { finish: 'max_time' }] },
  { name: 'broken', when: { text: 'broken' }, steps: [{ say: 'Half' }, { fail: 'It broke.', code: 503 }] },
  { name: 'flaky', when: { text: 'flaky' }, attempts: [{ http: { status: 429 } }, { steps: [{ say: 'Fine.' }] }] },
  {
    name: 'silent parts',
    when: { text: 'parts' },
    steps: [
      { data: { a: 1 } },
      { file: { bytes: 'aGk=' } },
      { review: 'pay', approved: [{ say: 'Paid.' }] },
      { message: { role: 'system', parts: [{ kind: 'text', text: 'Noted.' }] } },
    ],
  },
  { name: 'slow', when: { text: 'slow' }, hold: { polls: 0 }, steps: [{ wait: '1m' }] },
  { name: 'hello', steps: [{ say: 'Hello there.' }] },
])

async function begin(t: Test, settings: Partial<Settings> = {}) {
  const started = await start(t, { fixtures: [scripts], ...settings })
  return { ...started, v3: routerOf(started.url), control: controlOf(started.url, 'test-key') }
}

/** What a reply says where nothing was asked. */
const unasked = {
  object: 'response',
  completed_at: null,
  error: null,
  incomplete_details: null,
  previous_response_id: null,
  instructions: null,
  tools: [],
  tool_choice: 'auto',
  text: { format: { type: 'text' } },
  reasoning: null,
  temperature: 1,
  top_p: 1,
  presence_penalty: 0,
  frequency_penalty: 0,
  top_logprobs: 0,
  max_output_tokens: null,
  max_tool_calls: null,
  truncation: 'disabled',
  service_tier: 'default',
  parallel_tool_calls: true,
  store: true,
  background: true,
  metadata: {},
  user: null,
  safety_identifier: null,
  prompt_cache_key: null,
  prompt_cache_retention: null,
  prompt_cache_options: null,
  input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hello' }] }],
  model: 'openai/gpt-4o',
  output: [],
  usage: null,
}

t.test('a reply has all its keys, whatever was asked', async t => {
  const { v3 } = await begin(t)
  const { id, created_at, telemetry, status, ...rest } = (await v3.post({ background: true })).body
  t.match(id, /^resp_[0-9A-HJKMNP-TV-Z]{26}$/)
  t.ok(Math.abs(Date.now() / 1000 - created_at) < 60, 'the time is in seconds')
  t.match(telemetry, { trace_id: /^[0-9a-f]{32}$/, span_id: /^[0-9a-f]{16}$/ })
  t.equal(status, 'queued')
  t.strictSame(rest, unasked)
})

t.test('what is asked is repeated, in the reply, by a GET and at both ends of a stream', async t => {
  const { v3 } = await begin(t)
  const asked = {
    instructions: 'Be kind.',
    tools: [{ type: 'function', name: 'get_iban', parameters: {} }],
    tool_choice: 'required',
    text: { format: { type: 'json_schema', name: 'a', schema: {} } },
    temperature: 0.5,
    top_p: 0.25,
    top_k: 4,
    top_logprobs: 2,
    max_output_tokens: 100,
    max_tool_calls: 3,
    truncation: 'auto',
    service_tier: 'priority',
    parallel_tool_calls: false,
    metadata: { tenant: 'acme' },
    user: 'ann',
    safety_identifier: 'a',
    prompt_cache_key: 'b',
    prompt_cache_retention: '24h',
    prompt_cache_options: { a: 1 },
    memory: { entity_id: 'e' },
    variables: { a: [1] },
    input: [{ role: 'user', content: 'Hello' }],
  }
  const more = { reasoning: { effort: 'low', other: 1 }, conversation: 'conv_2', unknown: 1, identity: { id: 'i' } }
  const repeated = { ...asked, reasoning: { effort: 'low' }, conversation: { id: 'conv_2' } }
  const { body } = await v3.post({ ...asked, ...more })
  t.match(body, repeated)
  for (const key of ['unknown', 'identity']) t.notOk(key in body, `${key} is not`)
  t.strictSame((await v3.get(body.id)).body, body)
  const { events } = await v3.stream({ ...asked, ...more })
  for (const event of [events[0], events[1], events.at(-1)]) t.match(event, { response: repeated })
})

t.test('a very long input is not repeated', async t => {
  const { v3 } = await begin(t)
  t.equal((await v3.post({ input: 'x'.repeat(70_000) })).body.input, null)
})

t.test('a background response is queued, in progress for its hold, and then done', async t => {
  const { v3, control } = await begin(t)
  const { id, status } = (await v3.post({ input: 'held', background: true })).body
  t.equal(status, 'queued')
  for (const _ of [1, 2])
    t.match((await v3.get(id)).body, { status: 'in_progress', output: [], usage: null, completed_at: null })
  const [{ id: task, held }] = await control.tasks()
  t.equal(held, true)
  await control.post(`/tasks/${task}/release`)
  const { body } = await v3.get(id)
  t.match(body, { id, status: 'completed', background: true, completed_at: Number, usage: { output_tokens: 2 } })
  t.equal(body.output[0].content[0].text, 'Done.')
})

t.test('the last word says how it ended', async t => {
  const { v3 } = await begin(t)
  const short = { status: 'incomplete', incomplete_details: { reason: 'max_execution_time' }, error: null }
  t.match((await v3.post({ input: 'short' })).body, short)
  t.match((await v3.stream({ input: 'short' })).events.at(-1), { type: 'response.incomplete', response: short })

  const broken = { status: 'failed', error: { code: 'server_error', message: 'It broke.' }, completed_at: null }
  const { status, body } = await v3.post({ input: 'broken' })
  t.equal(status, 503)
  t.match(body, { error: { message: 'It broke.', type: 'server_error', param: null, code: 'server_error' } })
  const { events, done } = await v3.stream({ input: 'broken' })
  t.match(events.at(-1), { type: 'response.failed', response: broken })
  t.strictSame(orderFaults(events, done), [])
  t.match((await v3.get(body.mock.response_id)).body, broken, 'and it can still be asked for')
})

t.test('of stream and background, the stream wins, and the response is kept', async t => {
  const { v3 } = await begin(t)
  const { events, done } = await v3.stream({ background: true })
  t.ok(done)
  const { response } = events.at(-1) as { response: { id: string } }
  t.match(response, { status: 'completed', background: true })
  t.match((await v3.get(response.id)).body, response)
})

t.test('the older path has the same handlers', async t => {
  const { url, v3 } = await begin(t)
  const older = routerOf(url, 'test-key', '/v2/router/responses')
  const { body } = await older.post({})
  t.strictSame((await v3.get(body.id)).body, body)
  t.strictSame((await older.get(body.id)).body, body)
})

t.test('attempts and their HTTP answers are the same ones, in the words of each API', async t => {
  const { v3, client } = await begin(t)
  const { status, body } = await v3.post({ input: 'flaky' })
  t.equal(status, 429)
  t.match(body.error, { code: 'rate_limit_exceeded', type: 'rate_limit_error', message: 'Too Many Requests' })
  t.equal((await client.say('flaky')).status, 200, 'the second attempt, by the other API')
})

t.test('a script may be for one API alone, and may name its response', async t => {
  const { v3, client } = await begin(t)
  const { body } = await v3.post({ input: 'which' })
  const [, response, task] = /^By (\w+) of (\w{26})\.$/.exec(body.output[0].content[0].text) ?? []
  t.equal(response, body.id)
  t.ok(task)
  t.equal((await client.say('which')).body.output[0].parts[0].text, 'The other one.')
  const only = await begin(t, { fixtures: [fixture([{ name: 'one', when: { api: 'v2' }, steps: [{ say: '.' }] }])] })
  const miss = await only.v3.post({})
  t.equal(miss.status, 404)
  t.match(miss.body, {
    error: { code: 'mock_no_match', message: /api: expected "v2", found "v3"/ },
    mock: { near_misses: [{ criteria: [{}, { criterion: 'api', holds: false, expected: 'v2', found: 'v3' }] }] },
  })
})

t.test('a conversation is the same by both names, as an object and as a text', async t => {
  const { v3, client } = await begin(t)
  for (const conversation of [{ id: 'conv_1' }, 'conv_1'])
    t.equal((await v3.post({ conversation })).body.output[0].content[0].text, 'We talk.')
  t.equal((await client.say('a', { conversation: { _id: 'conv_1' } })).body.output[0].parts[0].text, 'We talk.')
})

t.test('the journal and the tasks say which API it was, and what that could not tell', async t => {
  const { v3, client, control } = await begin(t)
  await client.say('parts')
  const { id } = (await v3.post({ input: 'parts', model: 'agent/support@2.0.0' })).body
  await v3.get(id)
  const [two, three, got] = await control.requests()
  t.match(two, { api: 'v2', agent: 'support', script: 'silent parts' })
  t.notOk('left_out' in two)
  t.match(three, {
    api: 'v3',
    agent: 'support@2.0.0',
    mode: 'sync',
    reply: { id },
    left_out: ['data', 'file', 'review of pay', 'message of role system'],
  })
  t.match(got, { api: 'v3', agent: 'support', task: three.task, method: 'GET', reply: { id } })
  t.match(await control.tasks(), [{ api: 'v2' }, { api: 'v3', agent: 'support' }])
  t.match((await control.post('/verify', [{ agent: 'support', text: 'parts', count: 2 }])).status, 200)
})

t.test('what is sent as a stream is in the journal as it was told', async t => {
  const { v3, control } = await begin(t)
  await v3.stream({})
  const { events, end } = await control.lastRequest()
  t.equal(end, 'completed')
  t.strictSame(
    events.map(({ type }: { type: string }) => type),
    ['started', 'chunk', 'chunk', 'spoken', 'done'],
  )
})

t.test('responses count as tasks, and go for new ones with a word about it', async t => {
  const { v3 } = await begin(t, { maxTasks: 2 })
  const ids: string[] = []
  for (const _ of [1, 2, 3]) ids.push((await v3.post({})).body.id)
  const { status, body } = await v3.get(ids[0]!)
  t.equal(status, 404)
  t.match(body.error, { code: 'response_not_found', message: /had to go for a new one.*--max-tasks/ })
  t.equal((await v3.get(ids[2]!)).status, 200)
})

t.test('each API key has responses of its own', async t => {
  const { url, v3 } = await begin(t)
  const { id } = (await v3.post({})).body
  t.match(await routerOf(url, 'other').get(id), { status: 404, body: { error: { code: 'response_not_found' } } })
})

t.test('what belongs to the other API is not found, and says why', async t => {
  const { v3, client, control } = await begin(t)
  const { _id: responseId, task_id: taskId } = (await client.say('hello')).body
  const { body } = await v3.get(responseId)
  t.match(body.error, { code: 'response_not_found', message: new RegExp(`turn of task ${taskId}`) })
  await v3.post({})
  const { id } = (await control.tasks()).at(-1)
  const refused = [await client.get(id), await client.post({ task_id: id, message: user('hello') })]
  for (const { status, body } of refused) {
    t.equal(status, 404)
    t.match(body.message, /^Task \w+ was not found for agent "support"\. It is a response of \/v3\/router/)
  }
})

t.test('a reset ends what waits, in the shape of this API', async t => {
  const { v3, control } = await begin(t, { clock: 'manual' })
  const waiting = v3.post({ input: 'slow' })
  await control.task()
  await control.post('/reset')
  const { status, body } = await waiting
  t.equal(status, 503)
  t.match(body, { error: { code: 'task_reset' }, mock: { response_id: /^resp_/, task_id: String } })
})

t.test('the same seed brings the same ids', async t => {
  const told = async () => {
    const { v3 } = await begin(t, { clock: 'manual', seed: 'one' })
    return [(await v3.post({})).body, (await v3.stream({})).text]
  }
  t.strictSame(await told(), await told())
})

t.test(`browsers may ask ${router}`, async t => {
  const { url } = await begin(t)
  const reply = await fetch(url + router, { method: 'OPTIONS', headers: { origin: 'https://a.test' } })
  t.equal(reply.status, 204)
  t.match(reply.headers.get('access-control-allow-methods'), /POST/)
})
