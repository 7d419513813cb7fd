// The vendor's published samples, with only the address changed.
import assert from 'node:assert/strict'
import { outcomeOf } from '../case.mjs'

const question = 'Hi! I am testing your capabilities. Can you describe what you can do?'
const hello = { role: 'user', parts: [{ kind: 'text', text: question }] }

const jane = {
  id: 'contact_01ARZ3NDEKTSV4RRFFQ69G5FAV',
  displayName: 'Jane Doe',
  email: 'jane.doe@example.com',
  metadata: [{ department: 'Engineering', role: 'Senior Developer' }],
  logoUrl: 'https://example.com/avatars/jane-doe.jpg',
  tags: ['hr', 'engineering'],
}
const reference = person => ({
  message: { role: 'tool', parts: [] },
  ...person,
  thread: { id: 'thread_01ARZ3NDEKTSV4RRFFQ69G5FAV', tags: ['customer-support', 'priority-high'] },
  background: false,
})

async function firstCall(t) {
  const response = await t.create('customer_support', { message: hello })
  assert.equal(response.output[0].parts[0].text, 'I answer questions about orders.')
  assert.ok(response.usage.totalTokens > 0)
}

/** As printed, the key stands inside the body, where no version of the SDK looks for it. */
async function keyInBody(t, fault) {
  const call = t.create(undefined, { agentKey: 'customer_support', message: hello })
  fault("the vendor's sample with agentKey in the body", await outcomeOf(call))
}

async function asReference(t, person) {
  const result = await t.create('<value>', { ...reference(person), stream: false })
  assert.equal(result.output[0].parts[0].text, 'Hello Jane Doe.')
}

async function asStream(t, person) {
  const result = await t.create('<value>', { ...reference(person), stream: true })
  const types = []
  for await (const event of result) types.push(event.data.type)
  assert.equal(types[0], 'response.started')
  assert.equal(types.at(-1), 'response.done')
}

/** @type {import('../case.mjs').Case[]} */
export default [
  { name: 'sample: the first call to customer_support', run: firstCall },
  { name: 'sample: the first call with the agent key in the body', run: keyInBody },
  ...['identity', 'contact'].flatMap(name => [
    { name: `sample: the reference with ${name}`, needs: [name], run: t => asReference(t, { [name]: jane }) },
    { name: `sample: the reference with ${name}, streamed`, needs: [name], run: t => asStream(t, { [name]: jane }) },
  ]),
]
