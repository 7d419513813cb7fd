import assert from 'node:assert/strict'
import { results, textOf, user } from '../client.mjs'
import { errorOf } from '../case.mjs'

const agent = 'sdk_tools'
const answersTo = ([weather, time]) => results({ [weather.id]: { degrees: 21 }, [time.id]: '{"hour":12}' })
const ask = t => t.say(agent, 'weather')
const answer = ({ taskId, pendingToolCalls }) => ({ taskId, message: answersTo(pendingToolCalls) })

async function pending(t) {
  const { pendingToolCalls, output, finishReason } = await ask(t)
  const [weather, time] = pendingToolCalls
  assert.equal(finishReason, 'function_call')
  assert.equal(weather.function.name, 'get_weather')
  assert.deepEqual(JSON.parse(weather.function.arguments), { city: 'Delft' })
  assert.equal(time.id, 'call_time')
  const [text, ...calls] = output[0].parts
  assert.equal(text.text, 'Let me ask.')
  assert.deepEqual(
    calls.map(call => [call.toolCallId, call.toolName, call.arguments]),
    [
      [weather.id, 'get_weather', { city: 'Delft' }],
      ['call_time', 'get_time', { zone: 'CET' }],
    ],
  )
}

async function continued(t) {
  const first = await ask(t)
  const second = await t.create(agent, answer(first))
  assert.equal(textOf(second), '21 degrees at 12.')
  assert.equal(second.taskId, first.taskId)
  assert.notEqual(second.id, first.id)
  const third = await t.say(agent, 'and tomorrow?', { taskId: first.taskId })
  assert.equal(textOf(third), 'Tomorrow too.')
}

async function continuedStream(t) {
  const first = await t.stream(agent, { message: user('weather') })
  const { finishReason, pendingToolCalls } = first.last.data
  assert.equal(finishReason, 'function_call')
  const second = await t.stream(agent, { taskId: first.taskId, message: answersTo(pendingToolCalls) })
  assert.equal(second.text, '21 degrees at 12.')
  assert.equal(second.taskId, first.taskId)
}

async function continuedInBackground(t) {
  const { taskId } = await t.say(agent, 'weather', { background: true })
  await t.settled(agent, taskId)
  const waiting = await t.get(agent, taskId)
  assert.equal(waiting.status, 'completed')
  assert.equal(waiting.finishReason, 'function_call')
  await t.create(agent, { ...answer(waiting), background: true })
  assert.equal(textOf(await t.settled(agent, taskId)), '21 degrees at 12.')
}

/** The refusal of a request that must leave the task as it was: the calls can still be answered. */
async function refused(t, message, pattern) {
  const first = await ask(t)
  const error = await errorOf(t.create(agent, { taskId: first.taskId, message: message(first) }))
  assert.equal(error.statusCode, 400)
  assert.match(JSON.parse(error.body).message, pattern)
  assert.equal(textOf(await t.create(agent, answer(first))), '21 degrees at 12.')
}

async function runningTask(t) {
  const { taskId } = await t.say(agent, 'take your time', { background: true })
  const error = await errorOf(t.say(agent, 'hurry', { taskId }))
  assert.equal(error.statusCode, 400)
  assert.equal(JSON.parse(error.body).message, 'Agent execution is in progress')
  assert.equal(textOf(await t.settled(agent, taskId)), 'Finished.')
}

async function failedTask(t) {
  const { taskId } = await t.say(agent, 'break', { background: true })
  assert.equal((await t.settled(agent, taskId)).status, 'failed')
  const error = await errorOf(t.say(agent, 'weather', { taskId }))
  assert.equal(error.statusCode, 400)
}

async function strangeTask(t) {
  const { taskId } = await ask(t)
  const unknown = await errorOf(t.say(agent, 'weather', { taskId: '01ARZ3NDEKTSV4RRFFQ69G5FAV' }))
  const elsewhere = await errorOf(t.say('sdk_answers', 'hold on', { taskId }))
  assert.deepEqual([unknown.statusCode, elsewhere.statusCode], [404, 404])
}

const both = /call_[0-9a-z]{26}, call_time$/

/** @type {import('../case.mjs').Case[]} */
export default [
  { name: 'pending calls stand in the reply twice, with equal ids', run: pending },
  { name: 'tool results continue the task, and so does the next question', run: continued },
  { name: 'a stream ends with the pending calls and goes on with their results', run: continuedStream },
  {
    name: 'a background task waits with its calls and goes on in background',
    needs: ['get'],
    run: continuedInBackground,
  },
  { name: 'a question while calls wait is refused', run: t => refused(t, () => user('And now?'), both) },
  {
    name: 'half of the results is refused',
    run: t => refused(t, first => results({ [first.pendingToolCalls[0].id]: {} }), /call_time$/),
  },
  { name: 'a result that nobody asked for is refused', run: t => refused(t, () => results({ other: 1 }), /other/) },
  { name: 'a running task cannot be continued', run: runningTask },
  { name: 'a failed task cannot be continued', run: failedTask },
  { name: 'a task that is unknown, or of another agent, is a 404', run: strangeTask },
]
