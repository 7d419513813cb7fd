import { fileURLToPath } from 'node:url'
import { Orq } from '@orq-ai/node'
import type {
  AgentResponseRequest,
  CreateAgentResponse,
  ResponseStreamingEvent,
} from '@orq-ai/node/models/components/index.js'
import { APIError, HonoApiError } from '@orq-ai/node/models/errors/index.js'
import t from 'tap'
import { fixture, start } from './kit.ts'

const order = fixture([
  {
    name: 'order',
    when: { text: 'order' },
    steps: [{ say: 'One moment.' }, { call: 'get_iban', arguments: { order: 17 } }],
  },
  { name: 'paid', after: 'order', steps: [{ say: 'I paid to {{tool_results.get_iban.iban}}.' }] },
  {
    name: 'story',
    when: { text: 'story' },
    steps: [
      { think: 'Where shall I begin?' },
      { tool: 'find', arguments: { word: 'once' }, result: ['upon'] },
      { tool: 'find', arguments: {}, error: 'not found' },
      { review: 'publish', arguments: { to: 'all' } },
      { say: 'Once upon a time there was a mock.' },
      { file: { uri: 'https://x.test/a.png', mimeType: 'image/png' } },
      { data: { pages: 1 } },
      { call: 'applaud' },
    ],
  },
  { name: 'broken', when: { text: 'break' }, steps: [{ say: 'I try.' }, { fail: 'It broke.', code: 422 }] },
  { name: 'hello', when: { role: 'user' }, steps: [{ say: 'Hello there.' }] },
  { name: 'silence', steps: [{ say: 'You gave me nothing.' }] },
])
const { url } = await start(t, { fixtures: [order] })

const agentsOf = (serverURL: string, apiKey?: string) => new Orq({ serverURL, ...(apiKey ? { apiKey } : {}) }).agents
const { responses } = agentsOf(url, 'sdk-key')

type Ask = Omit<AgentResponseRequest, 'message'>
const says = (text: string) => ({ role: 'user' as const, parts: [{ kind: 'text' as const, text }] })
const answers = (toolCallId: string, result: unknown) => ({
  role: 'tool' as const,
  parts: [{ kind: 'tool_result' as const, toolCallId, result }],
})

async function create(message: AgentResponseRequest['message'], more: Ask = {}) {
  return (await responses.create({ message, ...more }, 'support')) as CreateAgentResponse
}

async function eventsOf(text: string): Promise<ResponseStreamingEvent[]> {
  const stream = await responses.create({ message: says(text), stream: true }, 'support')
  if ('output' in stream) throw new Error('no stream')
  const events: ResponseStreamingEvent[] = []
  for await (const { data } of stream) events.push(data!)
  return events
}

async function settled(taskId: string) {
  for (;;) {
    const task = await responses.get({ agentKey: 'support', taskId })
    if (task.status !== 'in_progress') return task
  }
}

t.test('create answers with the whole turn', async t => {
  const reply = await create(says('Hello'), { identity: { id: 'p', displayName: 'P' }, variables: { a: 1 } })
  t.match(reply, { finishReason: 'stop', model: 'openai/gpt-4o', usage: { totalTokens: Number } })
  t.match(reply.output, [{ role: 'agent', parts: [{ kind: 'text', text: 'Hello there.' }] }])
})

t.test("a pending call of the client's tool is answered with its result", async t => {
  const asked = await create(says('order'))
  t.equal(asked.finishReason, 'function_call')
  const [call] = asked.pendingToolCalls ?? []
  t.match(call, { type: 'function', function: { name: 'get_iban', arguments: '{"order":17}' } })
  t.match(asked.output[0]?.parts[1], { kind: 'tool_call', toolName: 'get_iban', toolCallId: call?.id })

  const done = await create(answers(call!.id, { iban: 'NL91ABNA' }), { taskId: asked.taskId })
  t.equal(done.taskId, asked.taskId)
  t.match(done, { finishReason: 'stop', output: [{ parts: [{ text: 'I paid to NL91ABNA.' }] }] })
  t.notOk(done.pendingToolCalls)
})

t.test('a stream is iterated to its end, with events of every kind', async t => {
  const events = await eventsOf('story')
  const pieces = events.flatMap(event =>
    event.type === 'part.delta' && event.data.delta.kind === 'text' ? event.data.delta.text : [],
  )
  t.equal(pieces.join(''), 'Once upon a time there was a mock.')
  t.ok(pieces.length > 1)
  const parts = events.flatMap(event => (event.type === 'part.done' ? event.data.part.kind : []))
  t.strictSame(parts, ['reasoning', 'text', 'file', 'data'])
  t.strictSame(
    events.map(event => event.type).filter(type => !type.startsWith('part.')),
    [
      'response.started',
      ...['tool.started', 'tool.done', 'tool.started', 'tool.failed'],
      ...['tool.review.requested', 'tool.review.done'],
      'response.done',
    ],
  )
  t.match(events.at(-1), {
    data: { finishReason: 'function_call', pendingToolCalls: [{ function: { name: 'applaud' } }] },
  })
})

t.test('a stream of a failing agent ends with response.failed', async t => {
  t.match((await eventsOf('break')).at(-1), { type: 'response.failed', data: { error: 'It broke.', code: 422 } })
})

t.test('a background task is polled until it is completed', async t => {
  const opened = await create(says('Hello'), { background: true })
  t.strictSame(opened.output, [])
  const first = await responses.get({ agentKey: 'support', taskId: opened.taskId })
  t.equal(first.status, 'in_progress')
  const task = await settled(opened.taskId)
  t.match(task, { status: 'completed', id: opened.id, finishReason: 'stop' })
  t.match(task.output, [{ parts: [{ text: 'Hello there.' }] }])
})

t.test('a background task that fails is polled until it is failed', async t => {
  const { taskId } = await create(says('break'), { background: true })
  t.match(await settled(taskId), { status: 'failed', error: 'It broke.' })
})

t.test('getting an unknown task raises HonoApiError', async t => {
  const error = await responses.get({ agentKey: 'support', taskId: '01K' }).catch((error: unknown) => error)
  t.type(error, HonoApiError)
  t.match(error, { statusCode: 404, code: '404', message: /01K/ })
})

t.test('a failing agent raises APIError with the status that its script says', async t => {
  const error = await create(says('break')).catch((error: unknown) => error)
  t.type(error, APIError)
  t.match(error, { statusCode: 422, body: /It broke\./ })
})

t.test('without an API key, create and get raise APIError with 401', async t => {
  const { responses: keyless } = agentsOf(url)
  const create = keyless.create({ message: says('Hello') }, 'support')
  const get = keyless.get({ agentKey: 'support', taskId: '01K' })
  for (const error of await Promise.all([create, get].map(call => call.catch((error: unknown) => error)))) {
    t.type(error, APIError)
    t.match(error, { statusCode: 401, body: /API key is not valid for this workspace/ })
  }
})

t.test("the vendor's samples are answered by the shipped fixtures", async t => {
  const shipped = await start(t, { fixtures: [fileURLToPath(new URL('../fixtures', import.meta.url))] })
  const { responses } = agentsOf(shipped.url, '$ORQ_API_KEY')
  const question = says('Hi! I am testing your capabilities. Can you describe what you can do?')
  const nothing = { role: 'tool' as const, parts: [] }
  for (const [message, agent] of [
    [question, 'customer_support'],
    [nothing, 'customer_support'],
    [nothing, '<value>'],
  ] as const) {
    const reply = await responses.create({ message }, agent)
    t.match(reply, { finishReason: 'stop', output: [{ role: 'agent', parts: [{ kind: 'text', text: /\w{2}/ }] }] })
  }
})

t.test('a tool message without parts and without task_id is answered', async t => {
  t.match(await create({ role: 'tool', parts: [] }), { output: [{ parts: [{ text: 'You gave me nothing.' }] }] })
})
