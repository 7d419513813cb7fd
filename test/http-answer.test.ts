import t from 'tap'
import type { HttpAnswer } from '../src/language/step-shape.ts'
import { controlOf } from './control.ts'
import { fixture, start, user } from './kit.ts'
import { auth, json, speakTo, turns } from './raw-http.ts'

/** What a fixture writes as an HTTP answer arrives as it is written. What cannot is a fault at load: test/faults/http-*.yaml. */

const http = (answer: HttpAnswer) => ({ fixtures: [fixture([{ name: 'one', http: answer }])] })
const hello = JSON.stringify({ message: user('Hello') })

const headers: Record<string, string> = {
  accept: 'x',
  'accept-ranges': 'bytes',
  'access-control-allow-origin': 'https://a.test',
  age: '1',
  allow: 'GET',
  'alt-svc': 'clear',
  'cache-control': 'no-store',
  'content-encoding': 'identity',
  'content-language': 'nl',
  'content-range': 'bytes 0-1/2',
  cookie: 'a=1',
  date: 'Thu, 01 Jan 1970 00:00:00 GMT',
  etag: '"a"',
  host: 'a.test',
  link: '<a>; rel=next',
  location: '/a',
  'proxy-authenticate': 'Basic',
  'retry-after': '1',
  server: 'x',
  'set-cookie': 'a=1; Path=/, b',
  vary: '*',
  via: '1.1 a',
  'www-authenticate': 'Bearer realm="a, b"',
  'x-empty': '',
  'x-quoted': '"a" \\ {b}',
  'x-umlaut': '\u00e4',
  "!#$%&'*+.^_`|~-9": 'every sign that a name may have',
  __proto__x: 'x',
  constructor: 'x',
  'X-Capital': 'Letters Stay',
}

/** As bytes, since Node's client leaves some names out. */
const raw = `POST ${turns} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer k\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: ${hello.length}\r\n\r\n${hello}`

t.test('every header that a fixture may name arrives as it is written, with the status of the fixture', async t => {
  const { url } = await start(t, http({ status: 418, headers, body: 'Tea.' }))
  const answer = await speakTo(url).post(hello)
  t.match(answer, { status: 418, text: 'Tea.', headers: { 'content-length': '4' } })
  for (const [name, value] of Object.entries(headers)) {
    const found = Object.entries(answer.headers).find(([key]) => key === name.toLowerCase())?.[1]
    t.equal([found].flat().join(), value, name)
  }
})

for (const name of ['__proto__', 'expect', 'hasOwnProperty']) {
  t.test(`a header of the name ${name} is one like any other`, async t => {
    const { url } = await start(t, http({ status: 418, headers: { [name]: 'x' }, body: 'Tea.' }))
    const { status, headers, text } = await speakTo(url).send(raw)
    t.match({ status, text }, { status: 418, text: 'Tea.' })
    t.equal(Object.entries(headers).find(([key]) => key === name.toLowerCase())?.[1], 'x')
  })
}

for (const type of [
  'text/html',
  'application/json',
  'application/problem+json',
  'banana',
  '',
  'text/plain; charset=latin1',
]) {
  t.test(`a content type is sent as it is written: "${type}"`, async t => {
    for (const body of ['Hello', { a: 1 }]) {
      const { url } = await start(t, http({ status: 200, headers: { 'Content-Type': type }, body }))
      const answer = await speakTo(url).post(hello)
      t.equal(answer.headers['content-type'], type)
      t.equal(answer.text, typeof body === 'string' ? body : '{"a":1}')
    }
  })
}

t.test('with "connection: close" the connection closes', async t => {
  const { url } = await start(t, http({ status: 503, headers: { Connection: 'close' } }))
  const begun = Date.now()
  const { headers, status } = await speakTo(url).send(raw.replace('connection: close\r\n', ''))
  t.match({ headers, status }, { headers: { connection: 'close' }, status: 503 })
  t.ok(Date.now() - begun < 2000)
})

for (const status of [204, 205, 304]) {
  t.test(`a ${status} has no body, and its headers are the fixture's`, async t => {
    const headers = { 'content-type': 'a/b', etag: '"a"' }
    const { url } = await start(t, {
      fixtures: [
        fixture([
          { name: 'one', when: { text: 'Hello' }, http: { status, headers } },
          { name: 'polled', polls: [{ status, headers }], steps: [] },
        ]),
      ],
    })
    const { post, ask } = speakTo(url)
    t.match(await post(hello), { status, headers, text: '' })
    t.not((await controlOf(url, 'test-key').lastRequest()).reply, 'the journal does not say more was sent')
    const { task_id: id } = JSON.parse((await post(JSON.stringify({ message: user('poll') }))).text) as {
      task_id: string
    }
    t.match(await ask('GET', `${turns}/${id}`, auth), { status, headers, text: '' })
    t.match(await ask('GET', `${turns}/${id}`, auth), { status: 200, headers: json }, 'and the connection goes on')
  })
}
