import t from 'tap'
import type { ScriptShape } from '../src/language/shape.ts'
import { controlOf } from './control.ts'
import { fixture, results, start, user, type Client } from './kit.ts'

const says = (...texts: string[]) => texts.map(say => ({ steps: [{ say }] }))
const textOf = (body: { output: { parts: { text: string }[] }[] }) => body.output[0]!.parts[0]!.text

async function ask(client: Client, more: object = {}): Promise<string> {
  const response = await client.send({ message: user('go'), ...more })
  const body = (await response.json()) as Parameters<typeof textOf>[0]
  return response.status === 200 ? textOf(body) : String(response.status)
}

async function askEach(client: Client, bodies: readonly object[]): Promise<string[]> {
  const said: string[] = []
  for (const body of bodies) said.push(await ask(client, body))
  return said
}

const thread = (id: string) => ({ thread: { id } })
const byName: Record<string, [by: ScriptShape['attempts_by'], bodies: object[], said: string[]]> = {
  'the API key, unless it is said otherwise': [undefined, [thread('a'), thread('b'), {}], ['1', '2', '3']],
  'each thread': ['thread', [thread('a'), thread('b'), thread('a'), thread('b'), {}], ['1', '1', '2', '2', '1']],
  'each conversation': [
    'conversation',
    [{ conversation: { _id: 'c' } }, { conversation: { _id: 'd' } }, { conversation: { _id: 'c' } }],
    ['1', '1', '2'],
  ],
  'each identity': ['identity', [{ identity: { id: 'x' } }, { identity: { id: 'y' } }, {}], ['1', '1', '1']],
}
for (const [whose, [by, bodies, said]] of Object.entries(byName))
  t.test(`attempts count for ${whose}`, async t => {
    const script = { name: 'one', ...(by ? { attempts_by: by } : {}), attempts: says('1', '2', '3') }
    const { client } = await start(t, { fixtures: [fixture([script])] })
    t.strictSame(await askEach(client, bodies), said)
  })

t.test('attempts count for each task, from the request that opens it', async t => {
  const script: ScriptShape = {
    name: 'one',
    attempts_by: 'task',
    attempts: says('1', '2', '3'),
  }
  const { client } = await start(t, { fixtures: [fixture([script])] })
  const [one, other] = [await client.say('go'), await client.say('go')]
  t.strictSame([textOf(one.body), textOf(other.body)], ['1', '1'])
  const next = (id: string) => ask(client, { task_id: id })
  t.equal(await next(one.body.task_id), '2')
  t.equal(await next(other.body.task_id), '2')
  t.equal(await next(one.body.task_id), '3')
  t.equal(await next(one.body.task_id), '3', 'the last repeats')
})

t.test('in a cycle, the first comes after the last', async t => {
  const script: ScriptShape = {
    name: 'one',
    attempts_order: 'cycle',
    attempts: [...says('1'), { http: { status: 503 } }],
  }
  const { client } = await start(t, { fixtures: [fixture([script])] })
  t.strictSame(await askEach(client, [{}, {}, {}, {}]), ['1', '503', '1', '503'])
})

t.test('at random, the seed draws, and weights count', async t => {
  const script: ScriptShape = {
    name: 'one',
    attempts_order: 'random',
    attempts: [
      { weight: 9, steps: [{ say: 'ok' }] },
      { weight: 1, http: { status: 503 } },
    ],
  }
  const drawn = async (seed: string, others = 0) => {
    const { client, as } = await start(t, { seed, fixtures: [fixture([script])] })
    const said: string[] = []
    for (let index = 0; index < 200; index += 1) {
      if (index < others) await ask(as('another key'))
      said.push(await ask(client))
    }
    return said
  }
  const once = await drawn('a')
  t.strictSame(await drawn('a', 50), once, 'what other workspaces do is nothing to this one')
  t.notSame(await drawn('b'), once)
  const failed = once.filter(one => one === '503').length
  t.ok(failed > 5 && failed < 45, `${failed} of 200`)
})

t.test('an entry has its own usage, model, trail and hold', async t => {
  const script: ScriptShape = {
    name: 'one',
    usage: { total_tokens: 7 },
    model: 'a/script',
    attempts: [
      { steps: [{ say: 'a' }], usage: null, model: 'an/entry' },
      { steps: [{ tool: 'x' }], trail: true, hold: { polls: 3 } },
    ],
  }
  const { client } = await start(t, { fixtures: [fixture([script])] })
  const { body } = await client.say('go')
  t.match(body, { usage: null, model: 'an/entry' })
  const reply = await client.post({ message: user('go'), background: true })
  t.equal(reply.body.model, 'a/script')
  const states = []
  for (let poll = 0; poll < 4; poll += 1) states.push((await client.get(reply.body.task_id)).body)
  t.strictSame(
    states.map(({ status }) => status as string),
    ['in_progress', 'in_progress', 'in_progress', 'completed'],
  )
  t.match(states.at(-1), { usage: { total_tokens: 7 }, output: [{}, { role: 'agent' }, { role: 'tool' }] })
})

t.test('a stream has no usage where none is to be sent: its event knows no null', async t => {
  const { client } = await start(t, {
    fixtures: [fixture([{ name: 'one', usage: null, steps: [{ say: 'a' }] }])],
  })
  const { events } = await client.stream({ message: user('go') })
  t.notOk('usage' in events.at(-1)!.data)
})

t.test('a put fixture begins its attempts anew', async t => {
  const { client, url } = await start(t)
  const control = controlOf(url, client.key)
  for (let round = 0; round < 2; round += 1) {
    await control.put('/fixtures', fixture([{ name: 'one', attempts: says('1', '2') }]))
    t.equal(await ask(client), '1')
  }
})

t.test('arguments that are no JSON reach the client as they are, and the task waits', async t => {
  const text = '{"a": {{variables.x}}'
  const scripts: ScriptShape[] = [
    { name: 'one', steps: [{ call: 't', arguments_text: text }] },
    { name: 'two', after: 'one', when: { tool_result: { t: { error: 'no JSON' } } }, steps: [{ say: 'Again, then.' }] },
  ]
  const { client } = await start(t, { fixtures: [fixture(scripts)] })
  const { body } = await client.say('go', { variables: { x: '"' } })
  const [call] = body.pending_tool_calls
  t.equal(call.function.arguments, '{"a": "')
  t.match(body.output[0].parts[0], { kind: 'tool_call', arguments: {} })
  const answer = { message: results({ [call.id]: { error: 'no JSON' } }), task_id: body.task_id }
  t.equal(textOf((await client.post(answer)).body), 'Again, then.')
})
