import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { drawUuid } from '../src/run/uuid.ts'
import { controlOf } from './control.ts'
import { fixture, start, user } from './kit.ts'

const values: Record<string, string> = {
  '{{thread.id}}': 'T-1',
  '{{thread.tags.0}}': 'first',
  '{{metadata.k}}': 'v',
  '{{memory.entity_id}}': 'E-1',
  '{{conversation._id}}': 'C-1',
  '{{identity.id}}': 'ann',
  '{{headers.x-trace}}': 'abc',
  '{{headers.X-Trace}}': '',
  '{{headers.authorization}}{{headers.cookie}}{{headers.proxy-authorization}}{{headers.x-admin-token}}': '',
}
const request = {
  message: user('go'),
  thread: { id: 'T-1', tags: ['first'] },
  metadata: { k: 'v' },
  memory: { entity_id: 'E-1' },
  conversation: { _id: 'C-1' },
  identity: { id: 'ann' },
}
const secrets = { cookie: 'a=secret', 'proxy-authorization': 'secret', 'x-admin-token': 'secret' }

t.test('a text may name what the request brings, and never a credential', async t => {
  const steps = Object.keys(values).map(say => ({ say }))
  const body = { texts: Object.keys(values) }
  const scripts = [
    { name: 'http', when: { metadata: { http: true } }, http: { status: 418, body } },
    { name: 'turn', steps },
  ]
  const { client } = await start(t, { fixtures: [fixture(scripts)] })
  const headers = { ...client.headers, 'x-trace': 'abc', ...secrets }
  const turn = (await (await client.send(request, 'support', { headers })).json()) as {
    output: [{ parts: { text: string }[] }]
  }
  t.strictSame(
    turn.output[0].parts.map(({ text }) => text),
    Object.values(values),
  )
  const more = { ...request, metadata: { k: 'v', http: true } }
  const answer = await (await client.send(more, 'support', { headers })).json()
  t.strictSame(answer, { texts: Object.values(values) }, 'in an HTTP answer too')
})

const uuid = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/

t.test('each uuid is another, drawn from the seed; response.id is the id of the reply', async t => {
  const steps = [{ say: '{{uuid}}' }, { data: { a: '{{uuid}}', b: '{{response.id}}' } }]
  const scripts = [
    { name: 'http', when: { text: 'http' }, http: { status: 418, body: ['{{uuid}}', '{{response.id}}'] } },
    { name: 'turn', steps },
  ]
  const once = async () => {
    const { client } = await start(t, { seed: 'a', clock: 'manual', fixtures: [fixture(scripts)] })
    const { body } = await client.say('go')
    const [{ text }, { data }] = body.output[0].parts
    const { _id: id } = body
    t.equal(data.b, id)
    const [second, none] = (await (await client.send({ message: user('http') })).json()) as string[]
    t.equal(none, '', 'an HTTP answer is no response')
    return [text, data.a, second] as string[]
  }
  const drawn = await once()
  for (const one of drawn) t.match(one, uuid)
  t.equal(new Set(drawn).size, 3)
  t.strictSame(await once(), drawn)
  t.equal(
    drawUuid(() => 0),
    '00000000-0000-4000-8000-000000000000',
  )
  t.equal(
    drawUuid(() => 0xffffffff),
    'ffffffff-ffff-4fff-bfff-ffffffffffff',
  )
})

t.test('without placeholders, braces are text: of a script, of a file, and of one script of such a file', async t => {
  const braces = '{{customer.name}} {{message.text}}'
  const http = { http: { status: 418, headers: { x: braces }, body: [braces] } }
  const scripts = [
    { name: 'http', when: { text: 'http' }, ...http },
    { name: 'again', when: { text: 'again' }, placeholders: true, steps: [{ say: '{{message.text}}' }] },
    { name: 'turn', steps: [{ say: braces }, { data: { a: [braces] } }] },
  ]
  const { client } = await start(t, { fixtures: [fixture(scripts, { placeholders: false })] })
  t.match((await client.say('go')).body.output[0].parts, [{ text: braces }, { data: { a: [braces] } }])
  const answer = await client.send({ message: user('http') })
  t.equal(answer.headers.get('x'), braces)
  t.strictSame(await answer.json(), [braces])
  t.equal((await client.say('again')).body.output[0].parts[0].text, 'again')
})

t.test('texts of files: said, thought and sent, with their placeholders and their types', async t => {
  const dir = t.testdir({
    'a.yaml': [
      'scripts:',
      '  - { name: html, when: { text: html }, http: { status: 503, body: { path: ./page.html } } }',
      '  - { name: json, when: { text: json }, http: { status: 503, body: { path: ./body.json } } }',
      '  - { name: other, when: { text: other }, http: { status: 503, body: { path: ./long.md } } }',
      '  - { name: free, when: { text: free }, http: { status: 200, body: { path: /orders/17 } } }',
      '  - { name: turn, steps: [ { think: { path: long.md } }, { say: { path: ./long.md } } ] }',
    ].join('\n'),
    'page.html': '<p>{{message.text}}</p>',
    'body.json': '{"said": "{{message.text}}"}',
    'long.md': '# Long\n\n{{message.text}} 你好',
  })
  const { client } = await start(t, { fixtures: [dir] })
  const { text } = await client.stream({ message: user('go') })
  t.match(text, '"kind":"reasoning","reasoning":"# Long\\n\\ngo 你好"')
  t.equal((await client.say('go')).body.output[0].parts[0].text, '# Long\n\ngo 你好')
  const sent = async (word: string) => {
    const response = await client.send({ message: user(word) })
    return [response.headers.get('content-type'), await response.text()]
  }
  t.strictSame(await sent('html'), ['text/html; charset=utf-8', '<p>html</p>'])
  t.strictSame(await sent('json'), ['application/json; charset=utf-8', '{"said": "json"}'])
  t.strictSame(await sent('other'), ['text/plain; charset=utf-8', '# Long\n\nother 你好'])
  t.strictSame(await sent('free'), ['application/json; charset=utf-8', '{"path":"/orders/17"}'], 'JSON with a path')
})

t.test('with --watch, a changed text is read anew', async t => {
  const dir = t.testdir({ 'a.yaml': 'scripts: [ { name: one, steps: [ { say: { path: ./texts/one.md } } ] } ]' })
  mkdirSync(join(dir, 'texts'))
  writeFileSync(join(dir, 'texts/one.md'), 'before')
  const { client } = await start(t, { fixtures: [dir], watch: true })
  const said = async () => (await client.say('go')).body.output[0].parts[0].text as string
  t.equal(await said(), 'before')
  writeFileSync(join(dir, 'texts/one.md'), 'after')
  const untilMs = Date.now() + 10_000
  while ((await said()) !== 'after' && Date.now() < untilMs) await new Promise(resolve => setTimeout(resolve, 50))
  t.equal(await said(), 'after')
})

t.test("a poll that fails with 404 has the shape of a GET's 404, others that of all errors", async t => {
  const polls = [{ status: 404 }, { status: 503 }]
  const { client, url } = await start(t, { fixtures: [fixture([{ name: 'one', polls, steps: [] }])] })
  const { body } = await client.post({ message: user('go'), background: true })
  const poll = async () =>
    (await fetch(`${url}/v2/agents/support/responses/${body.task_id}`, { headers: client.headers })).json()
  t.strictSame(await poll(), { code: '404', message: 'Not Found' })
  t.strictSame(await poll(), {
    code: 503,
    error: 'Service Unavailable',
    message: 'Service Unavailable',
    source: 'system',
  })
  t.equal((await controlOf(url, client.key).lastRequest()).status, 503)
})
