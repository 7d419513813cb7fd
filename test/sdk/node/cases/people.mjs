import assert from 'node:assert/strict'
import { textOf } from '../client.mjs'

const agent = 'sdk_people'
const jane = { id: 'person_1', displayName: 'Jane Doe', email: 'jane@example.com', tags: ['hr', 'engineering'] }
const john = { id: 'person_2', displayName: 'John Roe' }

const whoAmI = async (t, people) => textOf(await t.say(agent, 'who am I', people))

async function everything(t) {
  const reply = await t.say(agent, 'everything', {
    variables: { city: 'Delft' },
    metadata: { source: 'suite' },
    thread: { id: 'thread_1', tags: ['urgent'] },
    memory: { entityId: 'customer_9' },
    conversation: { id: 'conv_01' },
  })
  assert.equal(textOf(reply), 'All of it came, also from Delft.')
}

async function settings(t) {
  const reply = await t.say(agent, 'settings', { engine: 'jinja', configuration: { blocking: true } })
  assert.equal(textOf(reply), 'Engine and configuration came.')
}

/** @type {import('../case.mjs').Case[]} */
export default [
  {
    name: 'an identity reaches the agent',
    needs: ['identity'],
    run: async t => assert.equal(await whoAmI(t, { identity: jane }), 'You are Jane Doe.'),
  },
  {
    name: 'a contact, the old name, reaches the agent as an identity',
    needs: ['contact'],
    run: async t => assert.equal(await whoAmI(t, { contact: jane }), 'You are Jane Doe.'),
  },
  {
    name: 'of identity and contact, the identity wins',
    needs: ['identity', 'contact'],
    async run(t) {
      assert.equal(await whoAmI(t, { identity: jane, contact: john }), 'You are Jane Doe.')
      assert.equal(await whoAmI(t, { identity: john, contact: jane }), 'I do not know you.')
    },
  },
  { name: 'variables, metadata, thread, memory and conversation reach the agent', run: everything },
  { name: 'engine and configuration reach the agent', needs: ['engine'], run: settings },
]
