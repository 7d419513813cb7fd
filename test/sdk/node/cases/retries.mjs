import assert from 'node:assert/strict'
import { textOf, user } from '../client.mjs'
import { classOf, errorOf } from '../case.mjs'

const agent = 'sdk_retries'

/** The SDK adds up to a second of chance to every pause, so the longest pause is what keeps this quick. */
const backoff = ({ longestMs = 20, elapsedMs = 20_000, ...rest } = {}) => ({
  retries: {
    strategy: 'backoff',
    backoff: { initialInterval: 1, maxInterval: longestMs, exponent: 1, maxElapsedTime: elapsedMs },
    ...rest,
  },
})

async function unasked(t) {
  const error = await errorOf(t.say(agent, 'wait two seconds'))
  assert.equal(error.statusCode, 429)
}

/** Chance alone makes a pause of a second at most: two are the header's doing. */
async function retryAfter(t) {
  const beganMs = Date.now()
  const reply = await t.say(agent, 'wait two seconds', {}, backoff({ longestMs: 5000 }))
  assert.equal(textOf(reply), 'Patience pays.')
  assert.ok(Date.now() - beganMs >= 1990, `waited ${Date.now() - beganMs} ms of 2000`)
}

async function flaky(t) {
  assert.equal(textOf(await t.say(agent, 'four faults', {}, backoff())), 'Fifth time lucky.')
}

async function flakyStream(t) {
  const { text, error } = await t.stream(agent, { message: user('four faults') }, backoff())
  assert.equal(error, undefined)
  assert.equal(text, 'Fifth time lucky.')
}

async function reset(t) {
  const reply = await t.say(agent, 'hang up once', {}, backoff({ retryConnectionErrors: true }))
  assert.equal(textOf(reply), 'Connected.')
}

async function badRequest(t) {
  const error = await errorOf(t.say(agent, 'do not retry', {}, backoff()))
  assert.equal(error.statusCode, 400)
}

async function givesUp(t) {
  const error = await errorOf(t.say(agent, 'always down', {}, backoff({ elapsedMs: 100 })))
  assert.equal(classOf(error), 'APIError')
  assert.equal(error.statusCode, 503)
}

async function polling(t) {
  const { taskId } = await t.say(agent, 'poll me', { background: true })
  assert.equal(textOf(await t.get(agent, taskId, backoff())), 'Polled in the end.')
}

/** @type {import('../case.mjs').Case[]} */
export default [
  { name: 'nothing is retried unless asked', run: unasked },
  { name: 'a rate limit is retried after the time it names', run: retryAfter },
  { name: '500, 502, 503 and 504 are retried with back-off', run: flaky },
  { name: 'the start of a stream is retried in the same way', run: flakyStream },
  { name: 'a reset connection is retried where that is asked', run: reset },
  { name: 'a 400 is not retried', run: badRequest },
  { name: 'retries that run out of time raise the last answer', run: givesUp },
  { name: 'a poll is retried in the same way', needs: ['get'], run: polling },
]
