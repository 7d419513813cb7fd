// What this SDK does with streams that break off or say what it does not know; and that the task never minds.
import assert from 'node:assert/strict'
import { textOf, user } from '../client.mjs'
import { classOf } from '../case.mjs'

const agent = 'sdk_broken_streams'
const cuts = ['the stream ends early', 'the connection is reset', 'a frame is garbage', 'the stream stalls']
const strange = [
  'an unknown type of event',
  'a frame without data',
  'an event in a second envelope',
  'a tool_call as a part',
  'a text as the code of response.failed',
]
const half = 'Half an answer.'
const whole = 'Half an answer.The other half.'

async function broken(t, label) {
  const stream = await t.stream(agent, { message: user(label) }, { timeoutMs: 1500 })
  const task = await t.settled(agent, stream.taskId)
  assert.equal(task.status, 'completed')
  assert.equal(textOf(task), whole)
  return { ...stream, found: stream.error ? classOf(stream.error) : 'no error' }
}

async function cut(t, label, fault) {
  const { text, last, found } = await broken(t, label)
  assert.equal(text, half)
  assert.notEqual(last.type, 'response.done')
  fault(label, found)
}

async function misread(t, label, fault) {
  const { text, found } = await broken(t, label)
  assert.equal(text, found === 'no error' ? whole : half)
  fault(label, found)
}

/** @type {import('../case.mjs').Case[]} */
export default [
  ...cuts.map(label => ({
    name: `${label}: half is read, the task is whole`,
    run: (t, fault) => cut(t, label, fault),
  })),
  ...strange.map(label => ({ name: `${label}: the task is whole`, run: (t, fault) => misread(t, label, fault) })),
]
