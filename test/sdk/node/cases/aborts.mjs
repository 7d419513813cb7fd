import assert from 'node:assert/strict'
import { textOf, user } from '../client.mjs'
import { classOf, outcomeOf } from '../case.mjs'

const agent = 'sdk_slow'
const whole = 'One two three four.'
const started = data => data.type === 'response.started'
const piece = data => data.type === 'part.delta'

async function aborted(t, fault) {
  const abort = new AbortController()
  const body = { message: user('with pace'), stream: true }
  const seen = []
  let found = 'no error'
  try {
    for await (const { data } of await t.create(agent, body, { signal: abort.signal })) {
      seen.push(data)
      if (piece(data)) abort.abort()
    }
  } catch (error) {
    found = classOf(error)
  }
  assert.ok(seen.filter(piece).length < 4, 'reads no further than what had come')
  await endsAsScripted(t, seen.find(started).data.taskId)
  fault('abort in mid-stream', found)
}

async function left(t) {
  let taskId
  for await (const { data } of await t.create(agent, { message: user('with pace'), stream: true })) {
    if (started(data)) taskId = data.data.taskId
    if (piece(data)) break
  }
  await endsAsScripted(t, taskId)
}

/** The task ends as if nobody had gone, and can be continued. */
async function endsAsScripted(t, taskId) {
  const task = await t.settled(agent, taskId)
  assert.equal(task.status, 'completed')
  assert.equal(textOf(task), whole)
  assert.equal(textOf(await t.say(agent, 'with pace', { taskId })), whole)
}

async function waiting(t, fault) {
  const found = await outcomeOf(t.say(agent, 'late', {}, { signal: AbortSignal.timeout(200) }))
  assert.notEqual(found, 'no error')
  const abort = new AbortController()
  const given = outcomeOf(t.say(agent, 'late', {}, { signal: abort.signal }))
  setTimeout(() => abort.abort(), 200)
  fault('abort while a reply is awaited', await given)
}

/** @type {import('../case.mjs').Case[]} */
export default [
  { name: 'an abort in mid-stream stops the reading and not the task', run: aborted },
  { name: 'leaving the loop in mid-stream stops the reading and not the task', run: left },
  { name: 'an abort ends the wait for a reply', run: waiting },
]
