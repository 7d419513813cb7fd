import t from 'tap'
import type { Settings } from '../src/options/settings.ts'
import { breath } from './exchange.ts'
import { eventsOf, fixture, results, start, user } from './kit.ts'
import { bodyPointer, openDocument, type Json } from './openapi-document.ts'
import { auth, json, poll as onePoll, speakTo, turns, type Answer } from './raw-http.ts'

const create = 'POST /v2/agents/{agent_key}/responses'
const poll = 'GET /v2/agents/{agent_key}/responses/{task_id}'

const scripts = fixture([
  {
    name: 'everything',
    when: { text: 'everything' },
    trail: true,
    steps: [
      { think: 'What is there?' },
      { tool: 'find', arguments: { id: 1 }, result: { found: true } },
      { tool: 'lose', error: 'It is gone.' },
      { review: 'pay', outcome: 'approved' },
      { file: { uri: 'https://files.test/a.png', mimeType: 'image/png', name: 'a.png' } },
      { file: { bytes: 'aGk=' } },
      { data: { any: [1, null] } },
      { message: { role: 'system', parts: [{ kind: 'error', error: 'Mind the gap.' }], metadata: { a: 1 } } },
      { say: 'Here it is.' },
      { call: 'get_iban', arguments: { holder: 'J. Doe' } },
    ],
  },
  { name: 'paid', after: 'everything', when: { role: 'tool' }, steps: [{ say: 'Paid.' }] },
  { name: 'broken', when: { text: 'broken' }, steps: [{ say: 'Half' }, { fail: 'It broke.' }] },
  { name: 'waits', when: { text: 'wait' }, steps: [{ wait: '1m' }] },
  { name: 'failing', when: { text: 'polls fail' }, steps: [{ say: 'Hi.' }], polls: [{ status: 500 }] },
  { name: 'busy', when: { text: 'polls are busy' }, steps: [{ say: 'Hi.' }], polls: [{ status: 503 }] },
])

const settings: Partial<Settings> = { fixtures: [scripts], maxBody: 2000 }
const { url, client } = await start(t, settings)
const document = openDocument(await (await fetch(`${url}/__admin/openapi.json`)).json())

const request = {
  message: {
    messageId: 'M',
    role: 'user',
    parts: [
      { kind: 'text', text: 'everything' },
      { kind: 'file', file: { bytes: 'aGk=' } },
      { kind: 'error', error: 'Mine.' },
    ],
  },
  identity: { id: 'p', email: 'p@people.test', metadata: [{ a: 1 }], tags: ['a'] },
  contact: { id: 'p' },
}

/** What went over the wire: which schema it is of, and the value. */
const seen: [pointer: string, value: unknown][] = []
const see = <Value>(operation: string, body: string, value: Value, type?: string): Value => {
  seen.push([bodyPointer(operation, body, type), value])
  return value
}
const post = async (body: Json) => {
  see(create, 'request', body)
  const { status, body: reply } = await client.post(body)
  return see(create, String(status), reply)
}
const get = async (taskId: string) => {
  const { status, body: reply } = await client.get(taskId)
  return see(poll, String(status), reply)
}
const stream = async (body: Json) => {
  const { events } = eventsOf(await (await client.send(see(create, 'request', { ...body, stream: true }))).text())
  for (const data of events) see(create, '200', { data }, 'text/event-stream')
}

const first = await post(request)
const answers = Object.fromEntries(first.pending_tool_calls.map(({ id }: Json) => [id, 'NL00']))
await post({ task_id: first.task_id, message: results(answers) })
const { task_id: background } = await post({ ...request, background: true })
await get(background)
await client.settled(background)
await get(background)
await get('unknown')
await stream(request)
await stream({ message: user('broken') })
await post({ message: user('broken') })

t.test('what goes over the wire is what the document says', async t => {
  for (const [pointer, value] of seen) {
    t.equal(document.wrong(pointer, value), '')
    t.strictSame(document.unnamedIn(pointer, value), [], 'and nothing that it does not name')
  }
})

t.test('every component of the emulated API has stood for something real, and refuses it once spoiled', async t => {
  const met = new Map(seen.flatMap(([pointer, value]) => document.componentsIn(pointer, value)))
  const wire = document.operations
    .filter(({ path }) => path.startsWith('/v2/agents/{agent_key}/responses'))
    .map(({ described }) => described)
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

type Speaker = ReturnType<typeof speakTo>
type Refusal = [name: string, status: number, (to: Speaker) => Promise<Answer>, settings?: Partial<Settings>]

const headers = { ...auth, ...json }
const other = { ...json, authorization: 'Bearer other-key' }
const saying = (text: string, more: Json = {}) => JSON.stringify({ message: user(text), ...more })
const long = 'a'.repeat(1001)
const startWaiting = ({ post }: Speaker) => post(saying('wait', { background: true }))
const pollOf = (text: string) => async (to: Speaker) => {
  const { task_id } = JSON.parse((await to.post(saying(text, { background: true }))).text)
  return to.ask('GET', `${turns}/${task_id}`, auth)
}

/** How to get each error of the two operations. */
const refusals: Record<string, Refusal[]> = {
  [create]: [
    ['a body that is no JSON', 400, to => to.post('{')],
    ['a path that cannot be decoded', 400, to => to.ask('POST', '/v2/agents/%zz/responses', headers, saying('hi'))],
    ['no key', 401, to => to.post(saying('hi'), json)],
    ['no script', 404, to => to.post(saying('nothing like it'))],
    ['another method', 405, to => to.ask('PUT', turns, headers, saying('hi'))],
    ['a body that is too large', 413, to => to.post(saying('a'.repeat(2000)))],
    ['an agent key that is too long', 414, to => to.ask('POST', turns.replace('support', long), headers, saying('hi'))],
    ['a body of another type', 415, to => to.post('hi', { ...auth, 'content-type': 'text/plain' })],
    ['a stream too many', 429, to => to.post(saying('everything', { stream: true })), { maxStreams: 0 }],
    ['a run that fails', 500, to => to.post(saying('broken'))],
    [
      'a reset while it waits',
      503,
      async to => {
        const answer = to.post(saying('wait'))
        while (!(await to.ask('GET', '/__admin/health', {})).text.includes('"running":1')) await breath()
        await to.ask('POST', '/__admin/reset', headers, '{}')
        return answer
      },
    ],
  ],
  [poll]: [
    ['a path that cannot be decoded', 400, to => to.ask('GET', `${turns}/%zz`, auth)],
    ['no key', 401, to => to.ask('GET', onePoll, {})],
    ['no task', 404, to => to.ask('GET', onePoll, auth)],
    ['another method', 405, to => to.ask('DELETE', onePoll, auth)],
    ['a task id that is too long', 414, to => to.ask('GET', `${turns}/${long}`, auth)],
    [
      'a workspace too many',
      429,
      async to => startWaiting(to).then(() => to.ask('GET', onePoll, other)),
      { maxWorkspaces: 1 },
    ],
    ['a script that says so', 500, pollOf('polls fail')],
    ['a script that says so', 503, pollOf('polls are busy')],
  ],
}
for (const [operation, list] of Object.entries(refusals)) {
  for (const [name, status, provoke, more] of list)
    t.test(`${operation} answers ${status} to ${name}, and the document says so`, async t => {
      const { url } = await start(t, { ...settings, ...more })
      const answer = await provoke(speakTo(url))
      t.equal(answer.status, status)
      if (t.ok(document.responsesOf(operation)[status], 'the status is in the document'))
        t.equal(document.wrong(bodyPointer(operation, String(status)), JSON.parse(answer.text)), '')
    })

  t.test(`${operation} has no error in the document that it does not give`, async t => {
    const given = new Set(list.map(([, status]) => String(status)))
    const described = Object.keys(document.responsesOf(operation)).filter(status => status !== '200')
    t.strictSame(
      described.filter(status => !given.has(status)),
      [],
    )
  })
}
