import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { ApiError } from '../src/contract/errors.ts'
import { AgentResponse } from '../src/contract/response.ts'
import { controlOf } from './control.ts'
import { parsed, shipped } from './fixture-files.ts'
import { eventsOf, results, start, user, wrong, type Client } from './kit.ts'
import { flags, modes, type Mode } from './modes.ts'
import { streamFaults } from './stream-rules.ts'

type Body = Record<string, unknown>

/** A request to an agent of the shipped fixtures, and the script that plays: one name, or one for each mode. */
interface Ask {
  agent: string
  says?: string
  body?: Body
  headers?: Record<string, string>
  /** Continues the task before, with results by the name of the tool. */
  answers?: Record<string, unknown>
  decides?: 'approve' | 'reject'
  plays: string | Record<Mode, string>
  /** The script asks for a fault: what comes is not held against the contract. */
  faulty?: boolean
}

const always = (name: string, others: Partial<Record<Mode, string>>) => ({
  sync: name,
  background: name,
  stream: name,
  ...others,
})
const samples = 'Hi! I am testing your capabilities. Can you describe what you can do?'
const nl = { country: 'NL', iban: 'NL91' }

const asks: Ask[] = [
  { agent: 'customer_support', says: samples, plays: 'capabilities' },
  { agent: 'customer_support', says: 'Hello.', plays: 'greeting' },
  { agent: 'refunds', says: 'A refund, please.', body: { variables: { order: 'A-17' } }, plays: 'refund' },
  { agent: 'refunds', answers: { get_iban: nl }, plays: 'refund-paid' },
  { agent: 'refunds', says: 'Refund!', plays: 'refund' },
  { agent: 'refunds', answers: { get_iban: { country: 'BE' } }, plays: 'refund-refused' },
  { agent: 'refunds', says: 'Compare prices.', plays: 'compare' },
  {
    agent: 'refunds',
    answers: { get_price: 7 },
    body: { identity: { id: 'ann', display_name: 'Ann' } },
    plays: 'compared',
  },
  { agent: 'refunds', says: 'Some research.', plays: 'research' },
  { agent: 'refunds', says: 'Half a call.', plays: 'half-a-call' },
  { agent: 'payments', says: 'A small one.', plays: 'small' },
  { agent: 'payments', says: 'A large one.', plays: 'large' },
  { agent: 'payments', says: 'Any.', decides: 'approve', plays: 'ask-me' },
  { agent: 'payments', says: 'Any.', decides: 'reject', plays: 'ask-me' },
  {
    agent: 'reports',
    body: { message: { role: 'user', parts: [{ kind: 'file', file: { bytes: 'QUJD', mimeType: 'image/png' } }] } },
    plays: 'read-picture',
  },
  { agent: 'reports', says: 'The receipt.', plays: 'receipt' },
  { agent: 'reports', says: 'A long one.', plays: 'long-read' },
  { agent: 'reports', says: 'With braces.', plays: 'braces' },
  { agent: 'reports', says: 'Anything.', plays: 'verbatim' },
  { agent: 'flaky', says: 'Please fail.', plays: 'fails' },
  { agent: 'flaky', says: 'retry', plays: 'rate-limited' },
  { agent: 'flaky', says: 'retry', plays: 'rate-limited', faulty: true },
  { agent: 'flaky', says: 'retry', plays: 'rate-limited' },
  { agent: 'flaky', says: 'cut', plays: 'cut-later', faulty: true },
  { agent: 'flaky', says: 'raw', plays: 'strange-bytes', faulty: true },
  { agent: 'flaky', says: 'garbage', plays: 'broken-reply', faulty: true },
  { agent: 'flaky', says: 'polls', plays: 'polls-fail' },
  { agent: 'flaky', says: 'lost', plays: 'lost-reply', faulty: true },
  { agent: 'flaky', says: 'limit', plays: 'limited' },
  { agent: 'flaky', says: 'chance', plays: 'now-and-then', faulty: true },
  { agent: 'flaky', says: 'thread', plays: 'each-thread' },
  { agent: 'flaky', says: 'pieces', plays: 'in-pieces' },
  { agent: 'flaky', says: 'Hello.', plays: 'steady' },
  { agent: 'slow_poet', says: 'A poem.', plays: 'own-pace' },
  { agent: 'slow_writer', says: 'Late.', plays: always('late-headers', {}) },
  { agent: 'slow_writer', says: 'Hello.', plays: always('realistic', { background: 'long-task' }) },
  { agent: 'matcher', says: 'Ping', plays: 'exact' },
  { agent: 'matcher', says: 'My order A-17', plays: 'pattern' },
  { agent: 'matcher', says: 'Weather?', plays: 'contains' },
  { agent: 'matcher', says: 'mirror', plays: 'mirror' },
  { agent: 'matcher', body: { message: { role: 'tool', parts: [] } }, plays: 'tool-message' },
  { agent: 'matcher', says: 'How?', plays: always('otherwise', { stream: 'streamed' }) },
  { agent: 'matcher', says: 'x', body: { variables: { customer: { tier: 'gold', since: 2020 } } }, plays: 'gold' },
  { agent: 'matcher', says: 'x', body: { metadata: { tags: ['new', 'beta'] } }, plays: 'tagged' },
  { agent: 'matcher', says: 'x', body: { identity: { id: 'u_1', display_name: 'Ann' } }, plays: 'known-person' },
  {
    agent: 'matcher',
    says: 'x',
    body: { thread: { id: 't_1' }, memory: { entity_id: 'e_1' }, conversation: { _id: 'c_1' } },
    plays: 'in-thread',
  },
  { agent: 'matcher', says: 'x', headers: { 'x-tenant': 'acme' }, plays: 'by-header' },
  { agent: 'matcher', says: 'x', body: { configuration: { variables: {} } }, plays: 'by-schema' },
  { agent: 'matcher@2.0.0', says: 'ping', plays: 'ping-2' },
  { agent: 'matcher@2.0.0', says: 'x', plays: 'otherwise' },
  { agent: '<value>', says: 'Hello?', plays: 'anything' },
  { agent: 'whoever', body: { message: { role: 'tool', parts: [] } }, plays: 'anything' },
]

t.test('the shipped fixtures', async t => {
  const { url, as, mock } = await start(t, {
    fixtures: [shipped],
    pace: { headersMs: 0, firstMs: 0, eachMs: 0, jitter: 0 },
  })

  for (const mode of modes) {
    t.test(`play as they say, within the contract, in mode ${mode}`, async t => {
      const client = as(`key of ${mode}`)
      const tasks = () => mock.workspaces.of(client.key).tasks.all()
      for (const { agent, says, body, headers, answers, decides, plays, faulty = false } of asks) {
        const task = answers ? tasks().at(-1) : undefined
        const calls = task?.state === 'inactive' ? task.turn.calls : []
        const given = Object.fromEntries(calls.map(({ id, name }) => [id, answers![name]]))
        const message = answers ? results(given) : user(...(says === undefined ? [] : [says]))
        const whole = { message, ...(task ? { task_id: task.id } : {}), ...body, ...flags[mode] }
        const decided = decides && decide(url, client.key, decides)
        const faults = await exchangeFaults(client, agent, whole, headers, faulty)
        await decided
        const script = typeof plays === 'string' ? plays : plays[mode]
        const label = `${agent}: ${says ?? JSON.stringify(answers ?? body)} → ${script}`
        t.strictSame(faults, [], label)
        const posts = (await controlOf(url, client.key).requests()).filter(({ method }) => method === 'POST')
        t.equal(posts.at(-1).script, script, label)
        if (mode === 'background') await settle(t, client, agent, posts.at(-1).task)
      }
    })
  }
  t.test('hold no script that these requests, and one by the router, have not reached', async t => {
    const { headers } = as('key of the router')
    const question = JSON.stringify({ model: 'agent/matcher', input: 'Which API?' })
    const reply = await fetch(`${url}/v3/router/responses`, { method: 'POST', headers, body: question })
    t.match(await reply.json(), { output: [{ content: [{ text: 'By the router.' }] }] })
    const { body } = await controlOf(url).get('/scripts?unused=true')
    t.strictSame(body.scripts, [])
  })
})

/** What is wrong with what comes back, by the contract. */
async function exchangeFaults(client: Client, agent: string, body: Body, more = {}, faulty = false): Promise<string[]> {
  try {
    const response = await client.send(body, agent, { headers: { ...client.headers, ...more } })
    const text = await response.text()
    if (faulty) return []
    if (response.headers.get('content-type') !== 'text/event-stream')
      return [wrong(response.status === 200 ? AgentResponse : ApiError, JSON.parse(text))].filter(Boolean)
    const { events, done } = eventsOf(text)
    return streamFaults(events, done)
  } catch (error) {
    return faulty ? [] : [String(error)]
  }
}

/** Settles the review of a task as soon as it waits. */
async function decide(url: string, key: string, action: 'approve' | 'reject'): Promise<void> {
  const control = controlOf(url, key)
  for (const giveUpMs = Date.now() + 5000; Date.now() < giveUpMs; await sleep(5)) {
    const task = (await control.tasks()).find(({ waiting_for_review: tool }) => tool !== undefined)
    if (task) return void (await control.post(`/tasks/${task.id}/${action}`))
  }
}

/** Polls to the end. What a script says of polls may be faults. */
async function settle(t: Test, client: Client, agent: string, id: string | undefined): Promise<void> {
  for (let status = 'in_progress'; id !== undefined && status === 'in_progress';) {
    const reply = await client.get(id, agent)
    if (![200, 503, 429].includes(reply.status)) t.fail(`polled: ${reply.status}`)
    status = reply.status === 200 ? reply.body.status : status
    await sleep(5)
  }
}

t.test('the vendor’s sample gets its answer: without a key that is one, without an agent that is one', async t => {
  const { as } = await start(t, { fixtures: [shipped] })
  const sample = await as('$ORQ_API_KEY').say(samples, {}, 'customer_support')
  t.match(sample.body.output[0].parts[0].text, 'look up orders')
  const empty = { role: 'tool', parts: [] }
  t.match((await as('$ORQ_API_KEY').post({ message: empty }, '<value>')).body.output[0].parts[0].text, '<value>')
})

t.test('the shipped fixtures end with an agent that answers anything', async t => {
  t.equal(parsed.at(-1)?.agent, '*')
})
