import assert from 'node:assert/strict'
import { textOf, user } from '../client.mjs'

const agent = 'sdk_answers'
const ulid = /^[0-9A-HJKMNP-TV-Z]{26}$/
const usage = { promptTokens: 7, completionTokens: 5, totalTokens: 12 }
const story = { message: user('the whole story') }
const reasons = ['length', 'tool_calls', 'content_filter', 'max_iterations', 'max_time']

async function syncReply(t) {
  const reply = await t.create(agent, story)
  assert.match(reply.taskId, ulid)
  assert.match(reply.id, /^resp_[0-9A-Z]{26}$/)
  assert.match(reply.createdAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  assert.equal(reply.model, 'anthropic/claude-sonnet-4')
  assert.deepEqual(reply.output[0].parts, [{ kind: 'text', text: 'Order A-17 costs 42 EUR.' }])
  assert.equal(reply.output[0].role, 'agent')
  assert.deepEqual(reply.usage, usage)
  assert.equal(reply.finishReason, 'stop')
}

async function wholeStream(t) {
  const { types, events, error } = await t.stream(agent, story)
  assert.equal(error, undefined)
  assert.deepEqual(
    types.filter((type, index) => type !== types[index - 1]),
    [
      'response.started',
      'part.delta',
      'part.done',
      'tool.started',
      'tool.done',
      'tool.started',
      'tool.failed',
      'tool.review.requested',
      'tool.review.done',
      'part.delta',
      'part.done',
      'response.done',
    ],
  )
  const data = type => events.find(event => event.type === type).data
  assert.match(data('response.started').taskId, ulid)
  assert.equal(data('part.done').part.reasoning, 'Look the order up first.')
  assert.deepEqual(data('tool.started').arguments, { order: 'A-17' })
  assert.deepEqual(data('tool.done').result, { total: 42 })
  assert.equal(data('tool.failed').error, 'Out of stock.')
  assert.equal(data('tool.review.requested').requiresApproval, true)
  assert.equal(data('tool.review.done').review, 'approved')
}

async function pieces(t) {
  const { events, text } = await t.stream(agent, story)
  const thought = events.filter(({ data }) => data.delta?.kind === 'reasoning').map(({ data }) => data.delta.reasoning)
  assert.equal(text, 'Order A-17 costs 42 EUR.')
  assert.equal(thought.join(''), 'Look the order up first.')
  assert.ok(thought.length > 1, 'comes in pieces')
}

async function threeViews(t) {
  const reply = await t.create(agent, story)
  const { last, text } = await t.stream(agent, story)
  const { taskId } = await t.create(agent, { ...story, background: true })
  const task = await t.settled(agent, taskId)
  assert.equal(textOf(reply), text)
  assert.equal(textOf(task), text)
  assert.deepEqual(last.data.usage, reply.usage)
  assert.deepEqual(last.data.finishReason, reply.finishReason)
  assert.equal(task.finish_reason, reply.finishReason)
  assert.equal(task.usage.total_tokens, reply.usage.totalTokens)
}

const sent = [
  { kind: 'text', text: 'Here.' },
  { kind: 'file', file: { bytes: 'aGVsbG8=', mimeType: 'text/plain', name: 'hello.txt' } },
  { kind: 'file', file: { uri: 'https://example.com/cat.png', mimeType: 'image/png', name: 'cat.png' } },
  { kind: 'data', data: { total: 42 } },
]

async function everyPart(t) {
  const { output } = await t.say(agent, 'every part')
  const [answer, calls, outcomes] = output
  assert.deepEqual(answer.parts, sent)
  assert.equal(calls.parts[0].toolName, 'lookup_order')
  assert.deepEqual(calls.parts[0].arguments, { order: 'A-17' })
  assert.equal(outcomes.role, 'tool')
  assert.equal(outcomes.parts[0].toolCallId, calls.parts[0].toolCallId)
  const { events } = await t.stream(agent, { message: user('every part') })
  const streamed = events.filter(({ type }) => type === 'part.done').map(({ data }) => data.part)
  assert.deepEqual(streamed, sent)
}

async function errorPart(t) {
  const { output } = await t.say(agent, 'an error in the answer')
  assert.deepEqual(
    output.map(({ role, parts }) => [role, parts]),
    [
      ['agent', [{ kind: 'text', text: 'Nearly.' }]],
      ['agent', [{ kind: 'error', error: 'One thing went wrong.' }]],
    ],
  )
}

async function finishes(t, reason) {
  const reply = await t.say(agent, `end with ${reason}`)
  const { last } = await t.stream(agent, { message: user(`end with ${reason}`) })
  assert.equal(reply.finishReason, reason)
  assert.equal(last.data.finishReason, reason)
}

async function background(t) {
  const reply = await t.create(agent, { ...story, background: true })
  assert.deepEqual(reply.output, [])
  assert.equal(reply.finishReason, undefined)
  assert.equal(textOf(await t.settled(agent, reply.taskId)), 'Order A-17 costs 42 EUR.')
}

async function polling(t) {
  const { taskId } = await t.say(agent, 'hold on', { background: true })
  for (const early of [await t.get(agent, taskId), await t.get(agent, taskId)]) {
    assert.equal(early.status, 'in_progress')
    assert.deepEqual(early.output, [])
  }
  const done = await t.get(agent, taskId)
  assert.equal(done.status, 'completed')
  assert.equal(done.taskId, taskId)
  assert.equal(textOf(done), 'Done at last.')
  assert.equal(done.finishReason, 'stop')
}

/** @type {import('../case.mjs').Case[]} */
export default [
  { name: 'a reply carries ids, text, usage and finish reason', run: syncReply },
  { name: 'a stream tells thoughts, tools, reviews and text in their order', run: wholeStream },
  { name: 'the pieces of a stream make the whole text', run: pieces },
  { name: 'reply, stream and polled task tell the same', run: threeViews },
  { name: 'every kind of part comes through', run: everyPart },
  { name: 'an error may stand in an answer', run: errorPart },
  ...reasons.map(reason => ({ name: `a turn may end with ${reason}`, run: t => finishes(t, reason) })),
  { name: 'a background task answers at once and has no output yet', run: background },
  { name: 'a task is in progress while held, then completed', needs: ['get'], run: polling },
]
