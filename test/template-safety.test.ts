import t from 'tap'
import { FixtureError } from '../src/language/fault.ts'
import type { StepShape } from '../src/language/step-shape.ts'
import { controlOf } from './control.ts'
import { fixture, start, user } from './kit.ts'
import { now, partsOf, request, steps } from './template-request.ts'

t.test('a name that leads nowhere is noted in the journal', async t => {
  const unknown = { say: '{{variables.a}} {{variables.order}} {{metadata.c}}' }
  const fixtures = [
    fixture(steps(unknown, { data: { x: '{{variables.d}}', y: '{{variables.nothing}}' } }), { agent: 'plays' }),
    fixture(
      [{ name: 'http', http: { status: 429, headers: { a: '{{variables.a}}' }, body: { b: ['{{metadata.c}}'] } } }],
      {
        agent: 'http',
      },
    ),
    fixture(steps({ say: '{{variables.order}}' }), { agent: 'knows' }),
    fixture(steps({ review: 'pay', rejected: [{ say: '{{variables.a}}' }] }), { agent: 'passes' }),
  ]
  const { url, client } = await start(t, { fixtures })
  const control = controlOf(url, client.key)
  const noted = async () => (await control.lastRequest()).unknown_names as unknown

  await client.post(request, 'plays')
  t.strictSame(await noted(), ['variables.a', 'metadata.c', 'variables.d'], 'of a turn')
  await client.stream(request, 'plays')
  t.strictSame(await noted(), ['variables.a', 'metadata.c', 'variables.d'], 'of a stream')
  await client.send(request, 'http')
  t.strictSame(await noted(), ['variables.a', 'metadata.c'], 'of an HTTP answer')
  await client.post(request, 'knows')
  t.strictSame(await noted(), undefined, 'nothing where all is known')
  await client.post(request, 'passes')
  t.strictSame(await noted(), undefined, 'nothing of what is not played')
})

t.test('HTTP answers to polls have placeholders too', async t => {
  const answer = (text: string) => ({ status: 503, headers: { 'x-text': text }, body: { text } })
  const polls = ['{{task.id}}', '{{agent.key}}', '{{now}}', '{{variables.missing}}'].map(answer)
  const { url, client } = await start(t, {
    clock: 'manual',
    fixtures: [fixture([{ name: 'script', polls, steps: [{ say: 'Hello.' }] }])],
  })
  const { body } = await client.post({ ...request, background: true }, 'shop')
  for (const expected of [body.task_id, 'shop', now, '']) {
    const response = await fetch(`${url}/v2/agents/shop/responses/${body.task_id}`, { headers: client.headers })
    t.equal(response.status, 503)
    t.equal(response.headers.get('x-text'), expected)
    t.strictSame(await response.json(), { text: expected })
  }
  t.strictSame((await controlOf(url, client.key).lastRequest()).unknown_names, ['variables.missing'])
})

t.test('nothing in a request reaches further than its text', async t => {
  const hostile = JSON.parse(`{
    "message": { "role": "user", "parts": [{ "kind": "text", "text": "{{task.id}}{{variables.secret}}" }] },
    "variables": {
      "__proto__": { "polluted": "by proto" },
      "constructor": { "prototype": { "polluted": "by constructor" } },
      "secret": "{{variables.secret}}{{message.text}}",
      "path": "../../etc/passwd",
      "header": "a\\r\\nx-injected: 1\\r\\n\\r\\n<html>",
      "wide": "\\u0141ód\\u017a \\u2028 \\ud83d\\ude00 \\u0000",
      "frame": "\\n\\ndata: [DONE]\\n\\n"
    }
  }`) as Record<string, unknown>

  t.test('own properties are found by any name, prototypes are not, and none is changed', async t => {
    const { client } = await start(t, {
      fixtures: [
        fixture(
          steps(
            { say: '{{variables.__proto__.polluted}}, {{variables.constructor.prototype.polluted}}' },
            { say: '[{{variables.__proto__.toString}}{{variables.constructor.name}}{{variables.polluted}}]' },
            { data: { all: '{{variables}}' } },
          ),
        ),
      ],
    })
    const [own, inherited, data] = partsOf(await client.post(hostile))
    t.equal(own?.['text'], 'by proto, by constructor')
    t.equal(inherited?.['text'], '[]')
    t.equal(JSON.stringify(data?.['data']), JSON.stringify({ all: hostile['variables'] }))
    t.equal(({} as Record<string, unknown>)['polluted'], undefined)
  })
  t.test('braces are not read again, in no place', async t => {
    const { client } = await start(t, {
      fixtures: [
        fixture([
          { name: 'fails', when: { stream: true }, steps: [{ fail: '{{variables.secret}}' }] },
          {
            name: 'asks',
            steps: [
              { data: { a: '{{variables.secret}}' } },
              { call: 'c', id: '{{message.text}}', arguments: { a: '{{message.text}}' } },
            ],
          },
        ]),
      ],
    })
    const { body } = await client.post(hostile)
    t.equal(body.output[0].parts[0].data.a, '{{variables.secret}}{{message.text}}')
    t.strictSame(body.pending_tool_calls[0], {
      id: '{{task.id}}{{variables.secret}}',
      type: 'function',
      function: { name: 'c', arguments: JSON.stringify({ a: '{{task.id}}{{variables.secret}}' }) },
    })
    const { events } = await client.stream(hostile)
    t.match(events.at(-1)?.data, { error: '{{variables.secret}}{{message.text}}' })
  })
  t.test('a header stays one header, whatever it is made of', async t => {
    const headers = { 'x-note': '{{variables.header}}', 'x-wide': '{{variables.wide}}', 'x-object': '{{variables}}' }
    const { client } = await start(t, {
      fixtures: [fixture([{ name: 'http', http: { status: 503, headers, body: { note: '{{variables.header}}' } } }])],
    })
    const response = await client.send(hostile)
    t.equal(response.status, 503)
    t.equal(response.headers.get('x-injected'), null)
    t.match(response.headers.get('x-note'), /^a\s+x-injected: 1\s+<html>$/)
    t.match(response.headers.get('x-wide'), /d/)
    t.ok(response.headers.get('x-object'))
    t.strictSame(await response.json(), { note: 'a\r\nx-injected: 1\r\n\r\n<html>' })
  })
  t.test('a text stays in its frame', async t => {
    const { client } = await start(t, { fixtures: [fixture(steps({ say: '{{variables.frame}}' }, { say: 'end' }))] })
    const { events, done } = await client.stream(hostile)
    t.equal(done, true)
    t.equal(events.at(-1)?.type, 'response.done')
  })
  t.test('a file’s name is a name, no path', async t => {
    const dir = t.testdir({
      'a.yaml': 'scripts: [ { name: a, steps: [ { file: { path: a.txt, name: "{{variables.path}}" } } ] } ]',
      'a.txt': 'ABC',
    })
    const { client } = await start(t, { fixtures: [dir] })
    t.strictSame(partsOf(await client.post(hostile)), [
      { kind: 'file', file: { bytes: 'QUJD', name: '../../etc/passwd' } },
    ])
    const braces = { name: 'a', steps: [{ file: { path: '{{variables.path}}' } }] }
    await t.rejects(start(t, { fixtures: [fixture([braces])] }), FixtureError)
  })
})

t.test(
  'a placeholder that brings nothing breaks no contract: it is refused at load, or the reply is sound',
  async t => {
    const none = '{{variables.missing}}'
    const risky: Record<string, StepShape[]> = {
      say: [{ say: none }, { think: none }],
      fail: [{ fail: none }],
      'file by address': [{ file: { uri: none, name: none, mimeType: none } }],
      'call id': [
        { call: 'a', id: none },
        { call: 'b', id: `${none} `.trim() + none },
      ],
      'tool_call_id of a call': [
        {
          message: {
            role: 'agent',
            parts: [{ kind: 'tool_call', tool_name: none, tool_call_id: none, arguments: {} }],
          },
        },
      ],
      'tool_call_id of a result': [{ message: { role: 'tool', parts: [{ kind: 'tool_result', tool_call_id: none }] } }],
      'bytes of a file': [{ message: { role: 'agent', parts: [{ kind: 'file', file: { bytes: none } }] } }],
      messageId: [{ message: { messageId: none, role: 'agent', parts: [] } }],
    }
    for (const [what, list] of Object.entries(risky)) {
      t.test(what, async t => {
        const started = await start(t, { fixtures: [fixture(steps(...list))] }).catch((error: unknown) => error)
        if (started instanceof FixtureError) return void t.pass(started.message)
        const { client } = started as Awaited<ReturnType<typeof start>>
        // The client checks what comes against the contract.
        await t.resolves(client.say('x'), 'in a sync reply')
        await t.resolves(client.stream({ message: user('x') }), 'in a stream')
      })
    }
  },
)
