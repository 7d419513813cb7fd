import * as fc from 'fast-check'
import t from 'tap'
import { makeServer } from '../src/server.ts'
import { playOut, exchange, takenUp } from './exchange.ts'
import { eventsOf } from './kit.ts'
import { request, script } from './script-arbitrary.ts'
import { orderFaults, router, routerEventsOf, wrongError, wrongResponse } from './v3-kit.ts'

// eslint-disable-next-line typescript/no-explicit-any -- bodies of two APIs are looked into
type Json = any

const key = 'test-key'
const modes = { sync: {}, stream: { stream: true }, background: { background: true } }

/** The same words for what both APIs tell. */
interface Told {
  texts: string[]
  thoughts: string[]
  tools: [name: string, given: string, result: string][]
  calls: [id: string, name: string, given: string][]
  tokens: number[]
  outcome: string
}

const jsonOf = (value: unknown) => JSON.stringify(value) ?? 'null'

/** Of a v2 stream: the one form in which that API tells thoughts and tools too. */
function toldByV2(text: string): Told {
  const { events } = eventsOf(text)
  const parts = events.flatMap((event): Json[] => (event.type === 'part.done' ? [event.data.part] : []))
  const started = new Map<string, Json>()
  const tools: Told['tools'] = []
  for (const { type, data } of events as Json[]) {
    if (type === 'tool.started') started.set(data.toolCallId, data)
    const call = started.get(data.toolCallId)
    if (type === 'tool.done' || type === 'tool.failed')
      tools.push([call.toolName, jsonOf(call.arguments), jsonOf(type === 'tool.done' ? data.result : data.error)])
  }
  const { type, data } = events.at(-1) as Json
  return {
    texts: parts.filter(({ kind }) => kind === 'text').map(part => part.text),
    thoughts: parts.filter(({ kind }) => kind === 'reasoning').map(part => part.reasoning),
    tools,
    calls: (data.pendingToolCalls ?? []).map((call: Json) => [call.id, call.function.name, call.function.arguments]),
    tokens: type === 'response.done' ? tokensOf(data.usage, 'prompt_tokens', 'completion_tokens') : [],
    outcome: type === 'response.failed' ? `failed: ${data.error}` : outcomes[data.finishReason]!,
  }
}

const tokensOf = (usage: Json, input: string, output: string) => {
  // A script may report none.
  if (!usage) return []
  const [one = 0, other = 0] = [usage[input], usage[output]]
  return [one, other, usage.total_tokens ?? one + other]
}

const outcomes: Record<string, string> = {
  stop: 'completed',
  tool_calls: 'completed',
  function_call: 'completed',
  length: 'max_output_tokens',
  content_filter: 'content_filter',
  max_iterations: 'max_iterations',
  max_time: 'max_execution_time',
}

function toldByV3({ output, usage, status, error, incomplete_details: details }: Json): Told {
  const items = output as Json[]
  const results = items.filter(({ type }) => type.startsWith('orq:'))
  const ofServer = new Set(results.map(({ call_id }) => call_id))
  return {
    texts: items
      .filter(({ type }) => type === 'message')
      .flatMap(({ content }) => content.map((part: Json) => part.text)),
    thoughts: items.filter(({ type }) => type === 'reasoning').map(({ summary }) => summary[0].text),
    tools: results.map(item => [item.name, item.arguments, jsonOf(item.result)]),
    calls: items
      .filter(({ type, call_id }) => type === 'function_call' && !ofServer.has(call_id))
      .map(({ call_id, name, arguments: given }) => [call_id, name, given]),
    tokens: status === 'failed' ? [] : tokensOf(usage, 'input_tokens', 'output_tokens'),
    outcome: status === 'failed' ? `failed: ${error.message}` : (details?.reason ?? status),
  }
}

/** Messages of other roles are told by version 2 alone; so are ids, which `{{task.id}}` may bring into any text. */
const comparable = (steps: string) => !/"message"/.test(steps)

const v3Request = ({ message, ...rest }: Json) => ({
  model: 'agent/support',
  input: [
    {
      role: 'user',
      content: message.parts.map(({ text }: Json) => ({ type: 'input_text', text })),
    },
  ],
  ...rest,
})

async function ask(
  played: Json,
  path: string,
  body: Json,
): Promise<{ text: string; status: number; poll(): Promise<Json> }> {
  const mock = await makeServer({ fixtures: [{ scripts: [played] }], clock: 'manual', seed: 'both' })
  const url = await mock.listen(0, '127.0.0.1')
  try {
    const answer = exchange(url, { key, path, body })
    await takenUp(mock, key, answer)
    await playOut(mock, key, 500)
    await answer.ended
    const text = answer.received()
    const id = path === router ? /resp_\w{26}/.exec(text)![0] : ''
    const polls: Json[] = []
    if (path === router)
      for (const _ of [1, 2]) {
        const get = exchange(url, { key, path: `${router}/${id}` })
        await get.ended
        polls.push(JSON.parse(get.received()))
      }
    return { text, status: answer.status(), poll: async () => polls.at(-1) }
  } finally {
    await mock.close()
  }
}

t.test('one script, seed and request: both APIs tell the same', async t => {
  const property = fc.asyncProperty(script, request, async (played, asked) => {
    fc.pre(comparable(JSON.stringify(played)))
    const before = await ask(played, '/v2/agents/support/responses', { ...asked, stream: true })
    const wanted = toldByV2(before.text)
    for (const [mode, flags] of Object.entries(modes)) {
      const now = await ask(played, router, { ...v3Request(asked), ...flags })
      const last = await now.poll()
      const fault = wrongResponse(last)
      if (fault) throw new Error(fault)
      t.strictSame(toldByV3(last), wanted, `by GET after ${mode}`)
      if (mode === 'stream') {
        const { events, done } = routerEventsOf(now.text)
        t.strictSame(orderFaults(events, done), [])
        t.strictSame(toldByV3((events.at(-1) as Json).response), wanted, 'by the end of the stream')
      } else if (now.status !== 200) t.equal(wrongError(JSON.parse(now.text)), '')
      else if (mode === 'sync') t.strictSame(JSON.parse(now.text), last, 'the POST says what a GET says')
    }
  })
  await fc.assert(property, { numRuns: 25 })
})
