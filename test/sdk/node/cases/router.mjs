import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { errorOf } from '../case.mjs'

/** The second API, by the vendor's own methods for it: `orq.responses`. */

const model = 'agent/sdk_tools'
const router = t => new t.sdk.Orq({ apiKey: t.key, serverURL: t.url }).responses
const create = (t, body) => router(t).create({ model, ...body })
const outputs = items => {
  const [weather, time] = items.filter(({ type }) => type === 'function_call')
  return [
    { type: 'function_call_output', callId: weather.call_id, output: '{"degrees":21}' },
    { type: 'function_call_output', callId: time.call_id, output: '{"hour":12}' },
  ]
}
const textOf = ({ output }) => output.find(({ type }) => type === 'message').content[0].text

async function events(t, body) {
  const seen = []
  for await (const { data } of await create(t, { ...body, stream: true })) if (data) seen.push(data)
  return seen
}

async function answer(t) {
  const reply = await create(t, { input: 'weather' })
  assert.equal(reply.status, 'completed')
  assert.deepEqual(
    reply.output.map(({ type }) => type),
    ['message', 'function_call', 'function_call'],
  )
  assert.equal(textOf(reply), 'Let me ask.')
}

async function toolLoop(t) {
  const first = await create(t, { input: 'weather' })
  const second = await create(t, { previousResponseId: first.id, input: outputs(first.output) })
  assert.equal(textOf(second), '21 degrees at 12.')
  const third = await create(t, { previousResponseId: second.id, input: 'and tomorrow?' })
  assert.equal(textOf(third), 'Tomorrow too.')
}

async function stream(t) {
  const seen = await events(t, { input: 'weather' })
  assert.deepEqual([seen[0].type, seen.at(-1).type], ['response.created', 'response.completed'])
  const { id, output } = seen.at(-1).response
  const next = await events(t, { previousResponseId: id, input: outputs(output) })
  const text = next.filter(({ type }) => type === 'response.output_text.delta').map(({ delta }) => delta)
  assert.equal(text.join(''), '21 degrees at 12.')
}

async function settled(t, id) {
  for (let polls = 0; polls < 200; polls += 1) {
    const reply = await router(t).get({ responseId: id })
    if (reply.status !== 'in_progress') return reply
    await sleep(20)
  }
  throw new Error(`response ${id} does not end`)
}

async function background(t) {
  const { id, status, output } = await create(t, { input: 'weather', background: true })
  assert.deepEqual([status, output], ['queued', []])
  const reply = await settled(t, id)
  assert.equal(reply.status, 'completed')
  assert.equal(textOf(reply), 'Let me ask.')
}

async function failing(t) {
  const error = await errorOf(create(t, { input: 'break' }))
  assert.equal(error.statusCode, 500)
  const { error: told, mock } = JSON.parse(error.body)
  assert.equal(told.code, 'server_error')
  const seen = await events(t, { input: 'break' })
  assert.equal(seen.at(-1).type, 'response.failed')
  return mock.response_id
}

async function failedIsThere(t) {
  const { status, error } = await router(t).get({ responseId: await failing(t) })
  assert.equal(status, 'failed')
  assert.equal(error.code, 'server_error')
}

async function refused(t) {
  for (const [body, statusCode] of [
    [{ input: 'hi', model: 'agent/nobody_at_all' }, 404],
    [{ input: 'hi', model: 'sdk_tools' }, 400],
    [{ input: 'weather', previousResponseId: 'resp_unknown' }, 404],
  ])
    assert.equal((await errorOf(create(t, body))).statusCode, statusCode)
}

async function noKey(t) {
  const { responses } = new t.sdk.Orq({ apiKey: '', serverURL: t.url })
  assert.equal((await errorOf(responses.create({ model, input: 'hi' }))).statusCode, 401)
}

async function unknown(t) {
  const error = await errorOf(router(t).get({ responseId: 'resp_unknown' }))
  assert.equal(error.statusCode, 404)
}

/** @type {import('../case.mjs').Case[]} */
export default [
  { name: 'router: an answer, with the calls that wait', needs: ['router'], run: answer },
  { name: 'router: the loop of a client tool, to the next question', needs: ['router'], run: toolLoop },
  {
    name: 'router: a stream, and the loop of a client tool in streams',
    needs: ['router', 'router stream'],
    run: stream,
  },
  {
    name: 'router: a background response is asked for until it is done',
    needs: ['router', 'router get', 'router background'],
    run: background,
  },
  { name: 'router: a failing run, sync and in a stream', needs: ['router', 'router stream'], run: failing },
  { name: 'router: a failed response is still there', needs: ['router', 'router get'], run: failedIsThere },
  { name: 'router: what cannot be is refused', needs: ['router'], run: refused },
  { name: 'router: a request without a key is a 401', needs: ['router'], run: noKey },
  { name: 'router: an unknown response is a 404', needs: ['router', 'router get'], run: unknown },
]
