import assert from 'node:assert/strict'
import { textOf, user } from '../client.mjs'
import { classOf, outcomeOf } from '../case.mjs'

const agent = 'sdk_slow'

async function lateReply(t, fault) {
  const beganMs = Date.now()
  const found = await outcomeOf(t.say(agent, 'late', {}, { timeoutMs: 400 }))
  assert.ok(Date.now() - beganMs < 2500, 'did not wait for the reply')
  assert.notEqual(found, 'no error')
  fault('a reply slower than the timeout', found)
}

async function inTime(t) {
  assert.equal(textOf(await t.say(agent, 'with pace', {}, { timeoutMs: 10_000 })), 'One two three four.')
}

/** @param {string} text of the message, which is the fault's name in faults.json as well */
async function slowStream(t, fault, label, text, whole) {
  const { error, taskId } = await t.stream(agent, { message: user(text) }, { timeoutMs: 1000 })
  assert.equal(textOf(await t.settled(agent, taskId)), whole)
  fault(label, error ? classOf(error) : 'no error')
}

async function asMade(t) {
  const timesMs = []
  const stream = await t.create(agent, { message: user('with pace'), stream: true })
  for await (const { data } of stream) if (data.type === 'part.delta') timesMs.push(Date.now())
  const spreadMs = timesMs.at(-1) - timesMs[0]
  assert.equal(timesMs.length, 4)
  assert.ok(spreadMs > 200, `four pieces, 100 ms apart, came within ${spreadMs} ms`)
}

async function sameTime(t) {
  const beganMs = Date.now()
  await t.say(agent, 'with pace')
  assert.ok(Date.now() - beganMs >= 390, `a reply paced to 400 ms came after ${Date.now() - beganMs} ms`)
}

const pause = ['a pause in a stream longer than the timeout', 'a pause in the middle', 'Before.After.']
const steady = ['a stream longer than the timeout, each piece in time', 'piece by piece', 'One two three four five.']

/** @type {import('../case.mjs').Case[]} */
export default [
  { name: 'a reply slower than the timeout is given up', run: lateReply },
  { name: 'a reply within the timeout arrives', run: inTime },
  { name: 'a paced reply takes the time of its stream', run: sameTime },
  { name: 'the pieces of a stream arrive as they are made', run: asMade },
  {
    name: 'a pause longer than the timeout stops nothing',
    run: (t, fault) => slowStream(t, fault, ...pause),
  },
  {
    name: 'a stream longer than the timeout runs to its end',
    run: (t, fault) => slowStream(t, fault, ...steady),
  },
]
