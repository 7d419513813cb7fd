import assert from 'node:assert/strict'
import { textOf, user } from '../client.mjs'
import { classOf, errorOf, outcomeOf } from '../case.mjs'

const agent = 'sdk_errors'
const statuses = [400, 401, 403, 404, 409, 413, 422, 429, 500, 502, 503, 504]
const broken = { message: user('fail half-way') }
const reason = 'Only Dutch accounts are supported.'

async function status(t, code, fault) {
  const error = await errorOf(t.say(agent, `status ${code}`))
  assert.equal(classOf(error), 'APIError')
  assert.equal(error.statusCode, code)
  assert.equal(JSON.parse(error.body).code, code)
  fault(code === 401 ? 'an HTTP 401' : 'any other HTTP 4xx or 5xx', classOf(error))
}

async function rateLimit(t) {
  const { headers } = await errorOf(t.say(agent, 'status 429'))
  const names = ['retry-after', 'x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset']
  assert.deepEqual(
    names.map(name => headers.get(name)),
    ['7', '10', '0', '1767225600'],
  )
}

async function noKey(t) {
  const { responses } = new t.sdk.Orq({ serverURL: t.url }).agents
  const error = await errorOf(responses.create({ message: user('status 400') }, agent))
  assert.equal(classOf(error), 'APIError')
  assert.equal(error.statusCode, 401)
  assert.equal(JSON.parse(error.body).message, 'API key is not valid for this workspace')
}

async function badBody(t) {
  const error = await errorOf(t.say(agent, 'status 400', { contact: { id: 'c', email: 'nobody' } }))
  assert.equal(error.statusCode, 400)
  assert.match(JSON.parse(error.body).message, /contact\W+email/)
}

async function noScript(t) {
  const error = await errorOf(t.say(agent, 'nothing is written for this'))
  assert.equal(classOf(error), 'APIError')
  assert.equal(error.statusCode, 404)
  assert.match(JSON.parse(error.body).message, /sdk_errors/)
}

async function unknownTask(t, fault) {
  const error = await errorOf(t.get(agent, '01ARZ3NDEKTSV4RRFFQ69G5FAV'))
  assert.equal(classOf(error), 'HonoApiError')
  assert.equal(error.statusCode, 404)
  assert.equal(error.code, '404')
  fault('GET of an unknown task', classOf(error))
}

async function pollFails(t) {
  const { taskId } = await t.say(agent, 'trouble while polling', { background: true })
  const error = await errorOf(t.get(agent, taskId))
  assert.equal(classOf(error), 'APIError')
  assert.equal(error.statusCode, 503)
  assert.equal(textOf(await t.get(agent, taskId)), 'Polled.')
}

async function failsSync(t, fault) {
  const error = await errorOf(t.create(agent, broken))
  assert.equal(error.statusCode, 422)
  assert.equal(JSON.parse(error.body).message, reason)
  fault('an agent fails, sync', classOf(error))
}

async function failsInStream(t, fault) {
  const { error, text, types, last, taskId } = await t.stream(agent, broken)
  assert.equal(text, 'Half an answer.')
  assert.deepEqual(types, [
    'response.started',
    'part.delta',
    'part.delta',
    'part.delta',
    'part.done',
    'response.failed',
  ])
  assert.deepEqual(last.data, { error: reason, code: 422 })
  assert.equal((await t.settled(agent, taskId)).status, 'failed')
  fault('an agent fails, in a stream', error ? classOf(error) : 'no error')
}

async function failsInBackground(t, fault) {
  const { taskId } = await t.create(agent, { ...broken, background: true })
  await t.settled(agent, taskId)
  const task = await t.get(agent, taskId)
  assert.equal(task.status, 'failed')
  assert.equal(task.error, reason)
  fault('an agent fails, in background', await outcomeOf(t.get(agent, taskId)))
}

/** @type {import('../case.mjs').Case[]} */
export default [
  ...statuses.map(code => ({ name: `an HTTP ${code} is raised`, run: (t, fault) => status(t, code, fault) })),
  { name: 'a rate limit shows its headers', run: rateLimit },
  { name: 'a request without a key is a 401', run: noKey },
  { name: 'a body against the contract is a 400 that names the place', run: badBody },
  { name: 'a request that no script answers is a 404', run: noScript },
  { name: 'a poll for an unknown task is a 404 of its own class', needs: ['get'], run: unknownTask },
  { name: 'a poll may fail once and then succeed', needs: ['get'], run: pollFails },
  { name: 'an agent that fails gives a waiting client its code', run: failsSync },
  { name: 'an agent that fails ends its stream with response.failed', run: failsInStream },
  { name: 'an agent that fails in background is a failed task', needs: ['get'], run: failsInBackground },
]
