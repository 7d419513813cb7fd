import assert from 'node:assert/strict'
import { textOf, user } from '../client.mjs'

const agent = 'sdk_files'
const picture = { mimeType: 'image/png', name: 'cat.png' }
const answerTo = async (t, file) => textOf(await t.create(agent, { message: user('Look.', { kind: 'file', file }) }))

/** @type {import('../case.mjs').Case[]} */
export default [
  {
    name: 'a file sent by its content reaches the agent',
    run: async t => assert.equal(await answerTo(t, { bytes: 'iVBORw0KGgo=', ...picture }), 'A cat.'),
  },
  {
    name: 'a file sent by its address reaches the agent',
    run: async t => assert.equal(await answerTo(t, { uri: 'https://example.com/cat.png', ...picture }), 'A cat.'),
  },
  {
    name: 'a file needs neither name nor type',
    run: async t => assert.equal(await answerTo(t, { uri: 'https://example.com/x' }), 'Some other file.'),
  },
  {
    name: 'a message without a file has none',
    run: async t => assert.equal(textOf(await t.say(agent, 'Look.')), 'No file came.'),
  },
]
