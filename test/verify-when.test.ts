import t, { type Test } from 'tap'
import type { Expectation } from '../src/admin/expectation.ts'
import type { When } from '../src/language/shape.ts'
import { controlOf } from './control.ts'
import { fixture, results, start, user } from './kit.ts'
import { started } from './library.ts'

const scripts = fixture([
  { name: 'ask', when: { text: 'pay' }, steps: [{ call: 'get_iban', arguments: {} }] },
  { name: 'paid', after: 'ask', when: { tool_result: 'get_iban' }, steps: [{ say: 'Paid.' }] },
  { name: 'hello', steps: [{ say: 'Hello.' }] },
])
const key = 'test-key'
const file = { kind: 'file', file: { uri: 'https://x.test/a.pdf', mimeType: 'application/pdf', name: 'a.pdf' } }

/** A sync turn with all there is, a stream, a call, its result, a background turn, and a body that is refused. */
async function conversation(t: Test) {
  const on = await start(t, { fixtures: [scripts] })
  const { client } = on
  await fetch(`${on.url}/v2/agents/support/responses`, {
    method: 'POST',
    headers: { ...client.headers, 'x-tenant': 'acme', 'X-Api-Key': 'a secret', 'idempotency-key': 'once' },
    body: JSON.stringify({
      message: { role: 'user', parts: [{ kind: 'text', text: 'First order' }, { kind: 'text', text: 'of 42' }, file] },
      variables: { city: 'Delft', deep: { list: [1, { two: 2 }] } },
      metadata: { source: 'suite' },
      identity: { id: 'jane' },
      thread: { id: 'thread_1' },
      memory: { entity_id: 'm' },
      conversation: { _id: 'c' },
    }),
  })
  await client.stream({ message: user('second'), contact: { id: 'john' } })
  const { body } = await client.say('pay')
  const [call] = body.pending_tool_calls
  await client.post({ task_id: body.task_id, message: results({ [call.id]: '{"country":"NL","iban":17}' }) })
  await client.say('in background', { background: true })
  await client.post({ message: {} })
  return on
}

const { url } = await conversation(t)
const control = controlOf(url, key)

const criteria: [when: When, found: number][] = [
  [{}, 6],
  [{ text: 'ORDER' }, 1],
  [{ text: { equals: 'First order\nof 42' } }, 1],
  [{ text: { equals: 'first order\nof 42' } }, 0],
  [{ text: { matches: '^[A-Z].*\\d\\d$' } }, 0],
  [{ text: { matches: '(?s)^[A-Z].*\\d\\d$' } }, 1],
  [{ text: { contains: 'order', matches: 'of 4.' } }, 1],
  [{ role: 'user' }, 4],
  [{ role: 'tool' }, 1],
  [{ stream: true }, 1],
  [{ background: true }, 1],
  [{ stream: false, background: false }, 3],
  [{ file: true }, 1],
  [{ file: { mimeType: 'application/pdf', name: 'a.pdf' } }, 1],
  [{ file: { name: 'b.pdf' } }, 0],
  [{ tool_result: 'get_iban' }, 1],
  [{ tool_result: { get_iban: { country: 'NL' } } }, 1],
  [{ tool_result: { get_iban: { country: 'DE' } } }, 0],
  [{ variables: { city: 'Delft' } }, 1],
  [{ variables: { deep: { list: [{ two: 2 }] } } }, 1],
  [{ variables: { city: 'Gouda' } }, 0],
  [{ metadata: { source: 'suite' } }, 1],
  [{ identity: { id: 'jane' } }, 1],
  [{ identity: { id: 'john' } }, 1],
  [{ thread: { id: 'thread_1' }, memory: { entity_id: 'm' }, conversation: { _id: 'c' } }, 1],
  [{ headers: { 'x-tenant': 'acme' } }, 1],
  [{ headers: { 'X-Tenant': 'acme', 'Idempotency-Key': 'once' } }, 1],
  [{ headers: { 'x-tenant': 'ACME' } }, 0],
  [{ headers: { 'content-type': 'application/json' } }, 5],
  [{ headers: { 'x-api-key': 'a secret' } }, 1],
  [{ headers: { 'x-api-key': 'a secre' } }, 0],
  [{ headers: { 'x-api-key': '' } }, 0],
  [{ headers: { authorization: `Bearer ${key}` } }, 5],
  [{ headers: { authorization: 'Bearer another' } }, 0],
  [{ body: { required: ['variables'], properties: { thread: { properties: { id: { pattern: '_1$' } } } } } }, 1],
  [{ body: { type: 'array' } }, 0],
]
for (const [when, count] of criteria) {
  t.test(`when ${JSON.stringify(when)} holds of ${count}`, async t => {
    t.equal((await control.post('/verify', [{ when, count }])).status, 200)
    const { status, body } = await control.post('/verify', [{ when, count: count + 1 }])
    t.match({ status, body }, { status: 422, body: { mock: { findings: [{ found: count }] } } })
  })
}

t.test('when stands beside the other keys, and in an order', async t => {
  const ordered = [
    { script: 'hello', when: { file: true } },
    { when: { stream: true }, count: 1 },
    { script: 'paid', when: { tool_result: { get_iban: { iban: 17 } } } },
  ] as const
  t.equal((await control.post('/verify?ordered=true', ordered)).status, 200)
  t.equal((await control.post('/verify?ordered=true', ordered.toReversed())).status, 422)
  t.equal((await control.post('/verify', [{ script: 'paid', when: { file: true }, never: true }])).status, 200)
  t.equal((await control.post('/verify', [{ script: 'hello', when: { file: true }, never: true }])).status, 422)
})

t.test(
  'what does not hold is told with the nearest requests, and of each which criterion failed and what was found',
  async t => {
    const expected = {
      agent: 'support',
      when: { variables: { city: 'Gouda' }, headers: { 'x-tenant': 'acme', 'x-api-key': 'guess' } },
    }
    const { status, body } = await control.post('/verify', [expected])
    t.equal(status, 422)
    const { message, mock } = body
    t.match(
      message,
      `- expected agent "support", variables {"city":"Gouda"}, headers.x-tenant "acme", headers.x-api-key "(hidden)" at least once; came never. The nearest other requests:
    #1 support: "First order\\nof 42" → hello; variables: expected {"city":"Gouda"}, found {"city":"Delft","deep":{"list":[1,{"two":2}]}}; headers.x-api-key: expected "(hidden)", found "(hidden)"
    #2 support: "second" → hello; variables: expected {"city":"Gouda"}, found nothing; headers.x-tenant: expected "acme", found nothing; headers.x-api-key: expected "(hidden)", found nothing
`,
    )
    t.notMatch(message, 'guess')
    t.match(mock.findings[0].near_misses, [
      {
        number: 1,
        criteria: [
          { criterion: 'agent', holds: true, expected: 'support', found: 'support' },
          { criterion: 'variables', holds: false },
          { criterion: 'headers.x-tenant', holds: true, expected: 'acme', found: 'acme' },
          { criterion: 'headers.x-api-key', holds: false, expected: '(hidden)', found: '(hidden)' },
        ],
      },
      { number: 2 },
      { number: 3 },
    ])
  },
)

t.test('a value that is long is cut, in what was expected and in what was found', async t => {
  const long = 'x'.repeat(5000)
  const on = await start(t)
  await on.client.say(long)
  const { body } = await controlOf(on.url, key).post('/verify', [{ when: { text: { equals: `${long}y` } } }])
  t.ok((body.message as string).split('\n').every(line => line.length < 1000))
})

const faults: [what: string, item: object, words: RegExp][] = [
  ['an unknown criterion', { when: { txt: 'x' } }, /^body\[0\]\.when\.txt unknown key "txt", did you mean "text"\?$/],
  [
    'a criterion of another type',
    { when: { stream: 'yes' } },
    /^body\[0\]\.when\.stream must be true or false, found "yes"$/,
  ],
  [
    'a header that is no text',
    { when: { headers: { 'x-tenant': 7 } } },
    /^body\[0\]\.when\.headers\.x-tenant must be text, found 7/,
  ],
  ['an expression that is none', { when: { text: { matches: '(' } } }, /^body\[0\]\.when\.text\.matches .*missing/],
  ['an expression out of RE2', { when: { text: { matches: '(?=x)' } } }, /^body\[0\]\.when\.text\.matches /],
  ['a schema that is none', { when: { body: { type: 'objekt' } } }, /^body\[0\]\.when\.body/],
  [
    'a reference to nowhere',
    { when: { body: { $ref: '#/nowhere' } } },
    /^body\[0\]\.when\.body\.\$ref there is no schema/,
  ],
  ['what can never hold', { when: { role: 'tool', text: 'x' } }, /^body\[0\]\.when\.text can never hold/],
  [
    'a tool that nothing calls',
    { when: { tool_result: 'get_ibna' }, never: true },
    /^body\[0\]\.when\.tool_result must name a tool that a script calls; found "get_ibna", did you mean "get_iban"\?$/,
  ],
  ['a when that is no object', { when: 'x' }, /^\[0\]\.when must be object/],
]
for (const [what, item, words] of faults) {
  t.test(`${what} is refused in the words of fixtures, with its place`, async t => {
    const { status, body } = await control.post('/verify', [item])
    t.match({ status, body }, { status: 400, body: { mock: { code: 'bad_body' } } })
    t.match(body.message.replace(/ GET .*/, ''), words)
  })
}

t.test('a test has the same by verify(), and what a program alone can give is refused', async t => {
  const mock = await started(t, { fixtures: scripts as never })
  await fetch(`${mock.url}/v2/agents/support/responses`, {
    method: 'POST',
    headers: { authorization: 'Bearer a', 'content-type': 'application/json', 'x-key': 'abc' },
    body: JSON.stringify({ message: user('Hello') }),
  })
  await mock.verify([{ when: { text: 'hello', headers: { 'x-key': 'abc' } }, count: 1 }])
  await mock.as('a').verify([{ when: { headers: { 'x-key': 'abd' } }, never: true }] as const)
  await t.rejects(mock.verify([{ when: { text: 'bye' } }]), /text: expected "bye", found "Hello"/)
  await t.rejects(mock.verify([{ when: { txt: 'x' } as never }]), /body\[0\]\.when\.txt unknown key/)
  const circle: Record<string, unknown> = {}
  circle['self'] = circle
  for (const body of [circle, new Map(), () => 1, undefined] as never[])
    await t.rejects(mock.verify([{ when: { body } }]), /body\[0\]\.when\.body/)
})

t.test('a request that fell out of the journal is no longer asked', async t => {
  const on = await start(t, { maxRequests: 1 })
  await on.client.say('one')
  await on.client.say('two')
  const expectation: Expectation = { when: { text: 'one' } }
  t.match(await controlOf(on.url, key).post('/verify', [expectation]), { status: 422, body: { message: /fell out/ } })
})
