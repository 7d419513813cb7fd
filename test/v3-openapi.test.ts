import t from 'tap'
import { fixture, start } from './kit.ts'
import { bodyPointer, openDocument, type Json } from './openapi-document.ts'
import { router, routerEventsOf, routerOf } from './v3-kit.ts'

const create = `POST ${router}`
const retrieve = `GET ${router}/{response_id}`

const scripts = fixture([
  {
    name: 'everything',
    when: { text: 'everything' },
    steps: [
      { think: 'What is there?' },
      { tool: 'find', arguments: { id: 1 }, result: { found: true } },
      { tool: 'lose', error: 'It is gone.' },
      { say: 'Here it is.' },
      { call: 'get_iban', arguments: { holder: 'J. Doe' } },
    ],
  },
  { name: 'short', when: { text: 'short' }, steps: [{ finish: 'length' }] },
  { name: 'broken', when: { text: 'broken' }, steps: [{ say: 'Half' }, { fail: 'It broke.' }] },
])
const { url } = await start(t, { fixtures: [scripts] })
const document = openDocument(await (await fetch(`${url}/__admin/openapi.json`)).json())
const v3 = routerOf(url)

/** What went over the wire: which schema it is of, and the value. */
const seen: [pointer: string, value: unknown][] = []
const see = <Value>(operation: string, body: string, value: Value, type?: string): Value => {
  seen.push([bodyPointer(operation, body, type), value])
  return value
}
const post = async (body: Json) => {
  const { status, body: reply } = await v3.post(see(create, 'request', body))
  return see(create, String(status), reply)
}
const get = async (id: string) => {
  const { status, body } = await v3.get(id)
  return see(retrieve, String(status), body)
}
const stream = async (input: string) => {
  const { events } = routerEventsOf(await (await v3.send(see(create, 'request', { input, stream: true }))).text())
  for (const data of events) see(create, '200', { data }, 'text/event-stream')
}

const { id } = await post({
  input: [{ role: 'user', content: [{ type: 'input_text', text: 'everything' }] }],
  identity: { id: 'p', display_name: 'P', email: 'p@people.test', metadata: [{ a: 1 }], tags: ['a'] },
  conversation: { id: 'c' },
  memory: { entity_id: 'e' },
  reasoning: { effort: 'low', summary: 'auto' },
})
await get(id)
await get('unknown')
for (const text of ['everything', 'short', 'broken']) await stream(text)
await get((await post({ input: 'broken' })).mock.response_id)
await get((await post({ input: 'short', background: true })).id)
see(create, '400', (await v3.post({ input: [{ role: 'tool' }] })).body)

t.test('what goes over the wire is what the document says', async t => {
  for (const [pointer, value] of seen) {
    t.equal(document.wrong(pointer, value), '')
    t.strictSame(document.unnamedIn(pointer, value), [], 'and nothing that it does not name')
  }
})

t.test('every component of the router has stood for something real, and refuses it once spoiled', async t => {
  const met = new Map(seen.flatMap(([pointer, value]) => document.componentsIn(pointer, value)))
  const wire = document.operations.filter(({ path }) => path.startsWith(router)).map(({ described }) => described)
  t.strictSame([...met.keys()].sort(), [...document.leadsTo(wire)].sort())
  for (const [name, value] of met) {
    const pointer = `#/components/schemas/${name}`
    t.equal(document.wrong(pointer, value), '')
    for (const key of document.at(pointer).required ?? []) {
      const { [key]: _gone, ...spoiled } = value
      t.not(document.wrong(pointer, spoiled), '', `${name} without ${key}`)
    }
  }
})

t.test('both paths are described alike', async t => {
  for (const name of [create, retrieve]) {
    const older = name.replace('/v3/', '/v2/')
    t.strictSame(document.responsesOf(older), document.responsesOf(name))
  }
})
