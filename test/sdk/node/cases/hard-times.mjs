import assert from 'node:assert/strict'
import { results, textOf, user } from '../client.mjs'
import { classOf, errorOf, outcomeOf } from '../case.mjs'

const agent = 'sdk_hard_times'

const retrying = {
  retries: {
    strategy: 'backoff',
    backoff: { initialInterval: 1, maxInterval: 20, exponent: 1, maxElapsedTime: 20_000 },
    retryConnectionErrors: true,
  },
}

async function lostReply(t) {
  assert.equal(textOf(await t.say(agent, 'lose my reply', {}, retrying)), 'Heard the second time.')
  assert.equal((await t.tasks()).length, 2)
}

async function malformed(t) {
  const { taskId, pendingToolCalls } = await t.say(agent, 'call badly')
  const [{ id, function: call }] = pendingToolCalls
  assert.throws(() => JSON.parse(call.arguments), SyntaxError)
  const answer = { taskId, message: results({ [id]: { error: 'the arguments are no JSON' } }) }
  assert.equal(textOf(await t.create(agent, answer)), 'I will mind my brackets.')
}

async function rateWindow(t) {
  assert.equal(textOf(await t.say(agent, 'not too fast')), 'In time.')
  assert.equal((await errorOf(t.say(agent, 'not too fast'))).statusCode, 429)
  const { retries } = retrying
  const patient = { retries: { ...retries, backoff: { ...retries.backoff, maxInterval: 5000 } } }
  assert.equal(textOf(await t.say(agent, 'not too fast', {}, patient)), 'In time.')
}

async function splitBytes(t) {
  const whole = '你好 🌍, that is all.'
  assert.equal(textOf(await t.say(agent, 'cut anywhere')), whole)
  const { text, error } = await t.stream(agent, { message: user('cut anywhere') })
  assert.equal(error, undefined)
  assert.equal(text, whole)
}

async function lateHeaders(t, fault) {
  const { text } = await t.stream(agent, { message: user('late headers') }, { timeoutMs: 10_000 })
  assert.equal(text, 'Better late.')
  const { error } = await t.stream(agent, { message: user('late headers') }, { timeoutMs: 400 })
  fault('headers of a stream later than the timeout', classOf(error))
}

async function gone(t, fault) {
  const { taskId } = await t.say(agent, 'gone when polled', { background: true })
  fault('a 404 while polling, by fixture', await outcomeOf(t.get(agent, taskId)))
  assert.equal(textOf(await t.settled(agent, taskId)), 'Hello.')
}

/** @type {import('../case.mjs').Case[]} */
export default [
  { name: 'a reply that is lost is asked for again, and makes a second task', run: lostReply },
  { name: 'arguments that are no JSON are answered with an error, and the task goes on', run: malformed },
  { name: 'a rate limit is over after its window', run: rateWindow },
  { name: 'bytes may be cut anywhere, in replies and in streams', run: splitBytes },
  { name: 'headers of a stream may come late, or later than the timeout', run: lateHeaders },
  { name: 'a poll that fails with 404 raises what an unknown task raises', needs: ['get'], run: gone },
]
