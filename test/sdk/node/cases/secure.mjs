import assert from 'node:assert/strict'
import { textOf, user } from '../client.mjs'
import { errorOf } from '../case.mjs'

const agent = 'sdk_answers'
const story = 'the whole story'
const here = t => t.at(process.env.SDK_SUITE_SECURE_URL)

async function turns(t) {
  assert.match(here(t).url, /^https:.*\/orq$/)
  assert.equal(textOf(await here(t).say(agent, story)), 'Order A-17 costs 42 EUR.')
  const { error, text } = await here(t).stream(agent, { message: user(story) })
  assert.deepEqual({ error, text }, { error: undefined, text: 'Order A-17 costs 42 EUR.' })
}

async function poll(t) {
  const { taskId } = await here(t).say(agent, story)
  assert.equal((await here(t).get(agent, taskId)).taskId, taskId)
}

async function withoutPath(t) {
  const { origin } = new URL(here(t).url)
  const error = await errorOf(t.at(origin).say(agent, story))
  assert.equal(error.statusCode, 404)
  assert.match(JSON.parse(error.body).message, /served below \/orq/)
}

async function plain(t) {
  const error = await errorOf(t.at(here(t).url.replace('https:', 'http:')).say(agent, story))
  assert.equal(error.statusCode, 400)
  assert.match(error.body, /^This port speaks HTTPS and got plain HTTP/)
}

const needs = ['openssl here']

/** @type {import('../case.mjs').Case[]} */
export default [
  { name: 'over TLS and below a path, a reply and a stream come', needs, run: turns },
  { name: 'over TLS and below a path, a task can be polled', needs: [...needs, 'get'], run: poll },
  { name: 'without the path, the error names it', needs, run: withoutPath },
  { name: 'plain HTTP to the port of HTTPS is an error that says so', needs, run: plain },
]
