import t from 'tap'
import type { ScriptShape } from '../src/language/shape.ts'
import { fixture, start } from './kit.ts'
import { request, steps } from './template-request.ts'

const whole = {
  order: '{{variables.order}}',
  count: '{{ variables.count }}',
  big: '{{variables.big}}',
  yes: '{{variables.yes}}',
  nothing: '{{variables.nothing}}',
  empty: '{{variables.empty}}',
  missing: '{{variables.missing}}',
  list: ['{{variables.list}}', { deep: '{{variables.deep}}' }],
  text: 'count: {{variables.count}}',
  spaced: ' {{variables.count}}',
  number: 1,
}
const filled = {
  order: 'A-17',
  count: 3,
  big: 1e21,
  yes: true,
  nothing: null,
  empty: '',
  missing: '',
  list: [['one', { two: 2 }], { deep: { er: { est: 'bottom' } } }],
  text: 'count: 3',
  spaced: ' 3',
  number: 1,
}

t.test('a value that is one placeholder keeps the type of what it names', async t => {
  t.test('in the arguments of calls and tools, in results, data and metadata', async t => {
    const script: ScriptShape = {
      name: 'script',
      trail: true,
      steps: [
        { tool: 'lookup', arguments: whole, result: whole },
        { tool: 'count', result: '{{variables.count}}' },
        { tool: 'list', result: ['{{variables.list}}'] },
        { data: whole },
        {
          message: {
            role: 'system',
            metadata: whole,
            parts: [
              { kind: 'data', data: whole, metadata: whole },
              { kind: 'tool_result', tool_call_id: 'x', result: whole },
              { kind: 'tool_call', tool_name: 'y', tool_call_id: 'y', arguments: whole },
            ],
          },
        },
        { call: 'get_iban', arguments: whole },
      ],
    }
    const { client } = await start(t, { fixtures: [fixture([script])] })
    const { body } = await client.post(request)
    const [agent, message, trail, gave] = body.output
    t.strictSame(agent.parts[0].data, filled, 'data')
    t.strictSame(agent.parts[1].arguments, filled, 'arguments of a call')
    t.strictSame(JSON.parse(body.pending_tool_calls[0].function.arguments), filled, 'arguments of the pending call')
    t.strictSame(message.metadata, filled, 'metadata of a message')
    t.strictSame(message.parts[0], { kind: 'data', data: filled, metadata: filled }, 'data of a message')
    t.strictSame(message.parts[1].result, filled, 'result in a message')
    t.strictSame(message.parts[2].arguments, filled, 'arguments in a message')
    t.strictSame(trail.parts[0].arguments, filled, 'arguments of a tool')
    t.strictSame(
      gave.parts.map(({ result }: { result: unknown }) => result),
      [filled, 3, [['one', { two: 2 }]]],
      'results of tools',
    )
  })
  t.test('in a stream', async t => {
    const script = steps(
      { tool: 'lookup', arguments: whole, result: '{{variables.list}}' },
      { review: 'pay', arguments: whole },
    )
    const { client } = await start(t, { fixtures: [fixture(script)] })
    const { events } = await client.stream(request)
    const data = (type: string) => events.find(event => event.type === type)?.data as Record<string, unknown>
    t.strictSame(data('tool.started')['arguments'], filled)
    t.strictSame(data('tool.done')['result'], ['one', { two: 2 }])
    t.strictSame(data('tool.review.requested')['arguments'], filled)
  })
  t.test('in the body of an HTTP answer', async t => {
    const bodies: [unknown, unknown][] = [
      [whole, filled],
      ['{{variables.list}}', ['one', { two: 2 }]],
      ['{{variables.count}}', 3],
      ['{{variables.nothing}}', null],
      [['{{variables.yes}}'], [true]],
    ]
    const fixtures = bodies.map(([body], index) =>
      fixture([{ name: 'http', http: { status: 418, body } }], { agent: `agent-${index}` }),
    )
    const { client } = await start(t, { fixtures })
    for (const [index, [, expected]] of bodies.entries()) {
      const response = await client.send(request, `agent-${index}`)
      t.equal(response.status, 418)
      t.equal(response.headers.get('content-type'), 'application/json; charset=utf-8')
      t.strictSame(await response.json(), expected)
    }
  })
})

t.test('where only text can stand, a placeholder brings text', async t => {
  t.test('in say, think, file, message, id and fail', async t => {
    const script: ScriptShape = {
      name: 'script',
      steps: [
        { say: '{{variables.count}}' },
        { think: '{{variables.list}}' },
        {
          file: {
            uri: 'https://example.com/{{variables.order}}',
            name: '{{variables.count}}',
            mimeType: 'a/{{variables.order}}',
          },
        },
        {
          message: {
            messageId: '{{variables.order}}',
            role: 'agent',
            parts: [
              { kind: 'text', text: '{{variables.count}}' },
              { kind: 'error', error: '{{variables.list}}' },
              { kind: 'file', file: { uri: '{{variables.count}}' } },
              { kind: 'tool_result', tool_call_id: '{{variables.count}}' },
            ],
          },
        },
        { call: 'get_iban', id: 'call_{{variables.order}}' },
        { call: 'get_name', id: '{{variables.list}}' },
        { call: 'get_street', id: '{{variables.missing}}' },
      ],
    }
    const { client } = await start(t, { fixtures: [fixture([script])] })
    const { body } = await client.post(request)
    const [{ parts }, message] = body.output
    t.strictSame(parts[0], { kind: 'text', text: '3' })
    t.strictSame(parts[1].file, { uri: 'https://example.com/A-17', name: '3', mimeType: 'a/A-17' })
    t.strictSame(message, {
      messageId: 'A-17',
      role: 'agent',
      parts: [
        { kind: 'text', text: '3' },
        { kind: 'error', error: '["one",{"two":2}]' },
        { kind: 'file', file: { uri: '3' } },
        { kind: 'tool_result', tool_call_id: '3' },
      ],
    })
    const ids = (body.pending_tool_calls as { id: string }[]).map(({ id }) => id)
    t.strictSame(ids.slice(0, 2), ['call_A-17', '["one",{"two":2}]'])
    t.match(ids[2], /^call_\w+$/, 'an id that would be empty is a new one')

    const { events } = await client.stream(request)
    t.match(
      events.filter(({ type }) => type === 'part.done').map(({ data }) => data),
      [{}, { part: { kind: 'reasoning', reasoning: '["one",{"two":2}]' } }],
    )
  })
  t.test('in fail and raw', async t => {
    const script = steps(
      { raw: ': {{variables.order}} {{variables.list}}\n\n' },
      { fail: 'No {{variables.order}}: {{variables.count}}', code: 404 },
    )
    const { client } = await start(t, { fixtures: [fixture(script)] })
    const { status, body } = await client.post(request)
    t.equal(status, 404)
    t.equal(body.message, 'No A-17: 3')
    t.equal((await client.get(body.mock.task_id)).body.error, 'No A-17: 3')
    const { text, events } = await client.stream(request)
    t.match(text, '\n: A-17 ["one",{"two":2}]\n\ndata: ')
    t.match(events.at(-1), { type: 'response.failed', data: { error: 'No A-17: 3', code: 404 } })
  })
  t.test('in headers, and in an HTTP body that is more than a placeholder', async t => {
    const http = {
      status: 429,
      headers: {
        'retry-after': '{{variables.count}}',
        'x-list': '{{variables.list}}',
        'x-none': '{{variables.missing}}',
      },
      body: 'Wait {{variables.count}} seconds.',
    }
    const { client } = await start(t, { fixtures: [fixture([{ name: 'http', http }])] })
    const response = await client.send(request)
    t.equal(response.headers.get('retry-after'), '3')
    t.equal(response.headers.get('x-list'), '["one",{"two":2}]')
    t.equal(response.headers.get('x-none'), '')
    t.equal(response.headers.get('content-type'), 'text/plain; charset=utf-8')
    t.equal(await response.text(), 'Wait 3 seconds.')
  })
})
