// What this SDK does with replies that break the contract; faults.json holds what is known of it.
import assert from 'node:assert/strict'
import { outcomeOf } from '../case.mjs'

const agent = 'sdk_wrong_replies'
const harmless = ['a reply with extra keys', 'a reply with null for usage']
const faults = [
  'a reply with null for finish_reason',
  'a reply with null for pending_tool_calls',
  'a reply with an unknown finish reason',
  'a reply with the role assistant',
  'a reply with an unknown kind of part',
  'a reply of another shape',
  'a reply that is broken JSON',
  'a reply in plain text',
  'a reply with status 201',
  'a connection reset before the reply',
  'no reply within the timeout',
]
const polls = ["a poll's 404 with a number as code", 'a poll with an unknown status']

const tell = (t, text) => outcomeOf(t.say(agent, text, {}, { timeoutMs: 1000 }))

async function polled(t, text) {
  const { taskId } = await t.say(agent, text, { background: true })
  return outcomeOf(t.get(agent, taskId))
}

/** @type {import('../case.mjs').Case[]} */
export default [
  ...harmless.map(text => ({
    name: `${text} is accepted`,
    run: async t => assert.equal(await tell(t, text), 'no error'),
  })),
  ...faults.map(text => ({
    name: `${text} has its known effect`,
    run: async (t, fault) => fault(text, await tell(t, text)),
  })),
  ...polls.map(text => ({
    name: `${text} has its known effect`,
    needs: ['get'],
    run: async (t, fault) => fault(text, await polled(t, text)),
  })),
]
