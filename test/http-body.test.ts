import t from 'tap'
import { fixture, start, user } from './kit.ts'
import { auth, isError, json, speakTo } from './raw-http.ts'

const maxBody = 8192
const plain = { name: 'plain', steps: [{ say: 'Hello there.' }] }
const kept = { name: 'kept', when: { body: { required: ['block'] } }, steps: [{ say: 'The block has come through.' }] }
const { url, client } = await start(t, { maxBody, fixtures: [fixture([kept, plain])] })
const { post } = speakTo(url)
const hello = JSON.stringify({ message: user('Hello') })

for (const [what, headers] of Object.entries({
  'text/plain': { 'content-type': 'text/plain' },
  'a form': { 'content-type': 'application/x-www-form-urlencoded' },
  'a multipart form': { 'content-type': 'multipart/form-data; boundary=x' },
  'a type that only looks like JSON': { 'content-type': 'application/jsonp' },
  'no media type at all': { 'content-type': 'json' },
  'no content type': {},
})) {
  t.test(`a body as ${what} is a 415`, async t => {
    isError(t, await post(hello, { ...auth, ...headers }), 415, 'Content-Type must be application/json, found')
  })
}

t.test('the content type may have parameters and capital letters', async t => {
  t.equal((await post(hello, { ...auth, 'content-type': 'Application/JSON; charset=UTF-8' })).status, 200)
})

t.test('a body may be as large as the limit, in bytes, and no larger', async t => {
  const room = maxBody - JSON.stringify({ message: user('') }).length
  const full = JSON.stringify({ message: user('x'.repeat(room)) })
  const wide = JSON.stringify({ message: user('\u00e9'.repeat(room / 2 + 1)) })
  t.equal((await post(full)).status, 200)
  isError(t, await post(`${full} `), 413, `${maxBody} bytes`)
  isError(t, await post(wide), 413, `${maxBody} bytes`)
  isError(t, await post(`${full} `, { ...auth, ...json, 'transfer-encoding': 'chunked' }), 413, `${maxBody} bytes`)
})

const broken: [body: string, place: string, position: number][] = [
  ['{"message": }', 'line 1, column 13', 12],
  ['{"message": {},\n  "stream": tru}', 'line 2, column 13', 28],
  ['{"message": {},\r\n}', 'line 2, column 1', 17],
  ["{'message': {}}", 'line 1, column 2', 1],
  ['{"message": {}', 'line 1, column 15', 14],
  ['{"message": {}} x', 'line 1, column 17', 16],
  ['{} {}', 'line 1, column 4', 3],
  ['message=Hello', 'line 1, column 1', 0],
]
for (const [body, place, position] of broken) {
  t.test(`the body ${JSON.stringify(body)} is a 400 that says ${place}`, async t => {
    const answer = await post(body)
    isError(t, answer, 400, `The body is not JSON: ${place}`)
    t.match(JSON.parse(answer.text), { mock: { position } })
  })
}

t.test('an empty body is a 400 that says so', async t => {
  for (const body of ['', ' \n']) isError(t, await post(body), 400, 'The body is empty')
})

t.test('a body that is not UTF-8 is a 400, and not read as something else', async t => {
  isError(t, await post(Buffer.from(hello.replace('Hello', 'k\u00e4se'), 'latin1')), 400, 'UTF-8')
})

t.test('a body may be nested as deep as the limit and no deeper; brackets in text do not count', async t => {
  const start = JSON.stringify({ message: user('[{'.repeat(1000)) }).slice(0, -1)
  const nested = (depth: number) => `${start},"x":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`
  const refusal = await post(nested(2000))
  isError(t, refusal, 400, /nested deeper than \d+ levels/)
  const limit = Number(/deeper than (\d+)/.exec(refusal.text)?.[1])
  t.equal((await post(nested(limit))).status, 200)
  isError(t, await post(nested(limit + 1)), 400, 'nested deeper')
})

for (const body of ['[]', 'null', '"Hello"', '7', 'true']) {
  t.test(`the body ${body} is a 400, since it is no object`, async t => {
    isError(t, await post(body), 400, 'body must be object')
  })
}

const part = (part: unknown) => ({ message: { role: 'user', parts: [part] } })
const message = user('Hello')
const misplaced: [body: object, words: string][] = [
  [{}, 'body must have "message"'],
  [{ message: 'Hello' }, 'message must be object'],
  [{ message: { parts: [] } }, 'message must have "role"'],
  [{ message: { role: 'user' } }, 'message must have "parts"'],
  [{ message: { role: 'user', parts: {} } }, 'message.parts must be array'],
  [{ message: { role: 'assistant', parts: [] } }, 'message.role must be one of user, tool'],
  [{ message: { ...message, messageId: 5 } }, 'message.messageId must be string'],
  [part('Hello'), 'message.parts[0] must be object'],
  [part({ text: 'Hello' }), 'message.parts[0].kind must be one of text, file, tool_result, error'],
  [part({ kind: 'image' }), 'message.parts[0].kind must be one of text, file, tool_result, error'],
  [part({ kind: 'data', data: {} }), 'message.parts[0].kind must be one of text, file, tool_result, error'],
  [part({ kind: 'text' }), 'message.parts[0] must have "text"'],
  [part({ kind: 'text', text: 7 }), 'message.parts[0].text must be string'],
  [{ message: { role: 'user', parts: [...message.parts, { kind: 'text' }] } }, 'message.parts[1] must have "text"'],
  [part({ kind: 'file' }), 'message.parts[0] must have "file"'],
  [part({ kind: 'file', file: 'a.png' }), 'message.parts[0].file must be object'],
  [part({ kind: 'file', file: { name: 'a.png' } }), 'message.parts[0].file must have "bytes" or "uri"'],
  [part({ kind: 'file', file: { uri: 7 } }), 'message.parts[0].file.uri must be string'],
  [part({ kind: 'file', file: { bytes: '' } }), 'message.parts[0].file.bytes must NOT have fewer than 1 characters'],
  [part({ kind: 'tool_result' }), 'message.parts[0] must have "tool_call_id"'],
  [{ message: { ...message, role: 'tool' } }, 'message.parts[0].kind must be tool_result'],
  [{ message, task_id: null }, 'task_id must be string'],
  [{ message, stream: 'true' }, 'stream must be boolean'],
  [{ message, background: 1 }, 'background must be boolean'],
  [{ message, configuration: { blocking: 'false' } }, 'configuration.blocking must be boolean'],
  [{ message, variables: [] }, 'variables must be object'],
  [{ message, metadata: 'x' }, 'metadata must be object'],
  [{ message, engine: 'liquid' }, 'engine must be one of text, jinja, mustache'],
  [{ message, identity: {} }, 'identity must have "id"'],
  [{ message, identity: { id: 7 } }, 'identity.id must be string'],
  [{ message, identity: { id: 'p', email: 'nobody' } }, 'identity.email must match format "email"'],
  [{ message, contact: { id: 'p', tags: ['a', 1] } }, 'contact.tags[1] must be string'],
  [{ message, thread: { tags: [] } }, 'thread must have "id"'],
  [{ message, memory: {} }, 'memory must have "entity_id"'],
  [{ message, conversation: { _id: '' } }, 'conversation._id must NOT have fewer than 1 characters'],
]
for (const [body, words] of misplaced) {
  t.test(`${JSON.stringify(body)} is a 400: ${words}`, async t => {
    isError(t, await post(JSON.stringify(body)), 400, new RegExp(`^${words.replace(/[.[\]]/g, '\\$&')}`))
  })
}

const all: [what: string, body: object, problems: string[]][] = [
  ['two at one place', { message: {} }, ['message must have "role"', 'message must have "parts"']],
  [
    'at several places, each once',
    { message: { role: 7, parts: [{ kind: 'text' }, { kind: 'x' }, { text: '' }, 5] }, stream: 'true', engine: null },
    [
      'message.role must be string',
      'message.parts[0] must have "text"',
      'message.parts[1].kind must be one of text, file, tool_result, error',
      'message.parts[2].kind must be one of text, file, tool_result, error',
      'message.parts[3] must be object',
      'engine must be string',
      'stream must be boolean',
    ],
  ],
  [
    'in one shape of several',
    part({ kind: 'file', file: { uri: 7, name: 7 } }),
    ['message.parts[0].file.uri must be string', 'message.parts[0].file.name must be string'],
  ],
  [
    'in each of several shapes',
    part({ kind: 'file', file: { name: 7 } }),
    ['message.parts[0].file must have "bytes" or "uri"', 'message.parts[0].file.name must be string'],
  ],
  [
    'parts of a tool message that are no results',
    {
      message: {
        role: 'tool',
        parts: [
          { kind: 'text', text: '' },
          { kind: 'error', error: '' },
        ],
      },
    },
    [
      'message.parts[0].kind must be tool_result, because message.role is tool; found text',
      'message.parts[1].kind must be tool_result, because message.role is tool; found error',
    ],
  ],
]
for (const [what, body, problems] of all) {
  t.test(`a 400 names every problem: ${what}`, async t => {
    const { status, body: told } = await client.post({ ...body })
    t.equal(status, 400)
    t.same((told.message as string).split('; ').sort(), problems.flatMap(problem => problem.split('; ')).sort())
    const listed = told.mock.problems as { place: string; message: string }[]
    t.same(listed.map(({ place, message }) => `${place} ${message}`).sort(), [...problems].sort())
  })
}

t.test('of very many problems a 400 names ten and their number, and of a very large body the first', async t => {
  const many = (count: number) => ({ message: { role: 'user', parts: Array.from({ length: count }, () => 'x') } })
  const { body } = await client.post(many(200))
  t.match(body.message, /^message\.parts\[0\] must be object; .*; message\.parts\[9\] must be object; and 190 more$/)
  t.equal(body.mock.problems.length, 10)
  const roomy = await start(t)
  t.equal((await roomy.client.post(many(500_000))).body.message, 'message.parts[0] must be object')
})

t.test('fields that the contract does not name pass, and scripts see them', async t => {
  const { status, body } = await client.say('Hello', { block: 1, configuration: { variables: { a: 1 } }, __proto: {} })
  t.equal(status, 200)
  t.equal(body.output[0].parts[0].text, 'The block has come through.')
})
