import t, { type Test } from 'tap'
import { fixture, start, user } from './kit.ts'
import { auth, json, speakTo, type Answer } from './raw-http.ts'

const secret = 'the admin token'
const fixtures = [fixture([{ name: 'hello', steps: [{ say: 'Hello.' }] }])]
const { url } = await start(t, { fixtures, adminToken: secret })
const { ask } = speakTo(url)
const { host } = new URL(url)
const admin = { 'x-admin-token': secret }
const hello = JSON.stringify({ message: user('hello') })

const corsOf = ({ headers }: Answer) => Object.keys(headers).filter(name => name.startsWith('access-control-'))
const hidden = (t: Test, answer: Answer) => t.strictSame(corsOf(answer), [], 'without CORS')
const readable = (t: Test, { headers }: Answer) => t.equal(headers['access-control-allow-origin'], '*', 'with CORS')

/** Ways to write a path that begins with a room, such as `/__admin`. */
const spelled: Record<string, (room: string, rest: string) => string> = {
  plainly: (room, rest) => room + rest,
  'as an absolute URL': (room, rest) => `http://${host}${room}${rest}`,
  'as an absolute URL in capitals, with a user': (room, rest) => `HTTP://me:word@${host}${room}${rest}`,
  'with an encoded letter': (room, rest) =>
    room.replace(/(\w)(\w)/, (_, one: string, two: string) => encoded(one) + two) + rest,
  'with every letter encoded': (room, rest) => room.replace(/\w/g, encoded) + rest,
  'with encoding in lower case': (room, rest) => room.replace(/\w/g, one => encoded(one).toLowerCase()) + rest,
  'as an absolute URL with every letter encoded': (room, rest) =>
    `http://${host}${room.replace(/\w/g, encoded)}${rest}`,
  'with a query': (room, rest) => `${room}${rest}?unmatched=true`,
}
/** Ways that lead to no route. */
const missed: Record<string, (room: string, rest: string) => string> = {
  'with two slashes': (room, rest) => `/${room}${rest}`,
  'with an encoded slash': (room, rest) => `/%2f${room.slice(1)}${rest}`,
  'with a dot before it': (room, rest) => `/.${room}${rest}`,
  'with dots before it': (room, rest) => `/..${room}${rest}`,
  'with dots behind it': (room, rest) => `${room}/..${rest}`,
  'with other letters behind it': (room, rest) => `${room}x${rest}`,
  'in capitals': (room, rest) => room.toUpperCase() + rest,
  'as an absolute URL with two slashes': (room, rest) => `http://${host}/${room}${rest}`,
}
const encoded = (letter: string) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`

for (const [how, spell] of Object.entries(spelled)) {
  const control = (rest: string) => spell('/__admin', rest)
  const api = (rest: string) => spell('/v2/agents', rest)

  t.test(`a control route written ${how} never has CORS headers, whatever the answer`, async t => {
    const calls: [method: string, rest: string, headers: Record<string, string>, status: number][] = [
      ['GET', '/health', {}, 200],
      ['HEAD', '/health', {}, 200],
      ['GET', '/requests', admin, 200],
      ['GET', '/requests', {}, 401],
      ['GET', '/tasks/01K', admin, 404],
      ['GET', '/tasks/', admin, 404],
      ['GET', '/nowhere', admin, 404],
      ['PATCH', '/health', admin, 405],
      ['OPTIONS', '/health', { origin: 'https://evil.test', 'access-control-request-method': 'GET' }, 405],
      ['GET', '/%zz', admin, 400],
      ['GET', `/tasks/${'x'.repeat(2000)}`, admin, 414],
      ['POST', '/verify', { ...admin, 'content-type': 'text/plain' }, 415],
      ['POST', '/verify', { ...admin, ...json, 'content-encoding': 'gzip' }, 415],
    ]
    for (const [method, rest, headers, status] of calls) {
      const answer = await ask(method, control(rest), headers)
      t.equal(answer.status, status, `${method} ${control(rest).slice(0, 80)}`)
      hidden(t, answer)
    }
  })

  t.test(`the gate stands before a control route written ${how}`, async t => {
    const { host } = new URL(url)
    for (const rest of ['/health', '/requests']) {
      for (const [headers, status] of [
        [{ host: 'evil.test' }, 403],
        [{ host, origin: 'https://evil.test' }, 403],
        [{ 'sec-fetch-site': 'cross-site' }, 403],
      ] as const) {
        const answer = await ask('GET', control(rest), { ...admin, ...headers })
        t.equal(answer.status, status)
        hidden(t, answer)
      }
    }
  })

  t.test(`the emulated API written ${how} always has CORS headers, whatever the answer`, async t => {
    const wish = { origin: 'https://app.test', 'access-control-request-method': 'POST' }
    const calls: [method: string, rest: string, headers: Record<string, string>, status: number, body?: string][] = [
      ['POST', '/support/responses', { ...auth, ...json }, 200, hello],
      ['POST', '/support/responses', { ...auth, ...json }, 200, hello.replace('{', '{"stream":true,')],
      ['OPTIONS', '/support/responses', wish, 204],
      ['POST', '/support/responses', { ...auth, ...json }, 400, '{'],
      ['POST', '/support/responses', json, 401, hello],
      ['GET', '/support/responses/01K', auth, 404],
      ['GET', '/support/nowhere', auth, 404],
      ['POST', '//responses', auth, 404],
      ['PUT', '/support/responses', auth, 405],
      ['GET', '/%zz/responses', auth, 400],
      ['GET', `/support/responses/${'x'.repeat(2000)}`, auth, 414],
      ['POST', '/support/responses', { ...auth, ...json, 'content-encoding': 'gzip' }, 415, hello],
      ['POST', '/support/responses', { ...auth, ...json, expect: 'wonders' }, 417, hello],
    ]
    for (const [method, rest, headers, status, body] of calls) {
      const answer = await ask(method, api(rest), headers, body)
      t.equal(answer.status, status, `${method} ${api(rest).slice(0, 80)}`)
      readable(t, answer)
    }
  })
}

for (const [how, spell] of Object.entries(missed))
  t.test(`the room of the control API written ${how} is no route, and has no CORS headers`, async t => {
    for (const rest of ['/health', '/requests', '/%zz']) {
      const answer = await ask('GET', spell('/__admin', rest), { ...admin, origin: 'https://evil.test' })
      t.equal(answer.status, rest === '/%zz' ? 400 : 404)
      hidden(t, answer)
    }
  })

t.test('a page may read that there is no such route, also at the root', async t => {
  for (const path of ['/', '/favicon.ico', '/v1/models', '/v2/agents/../__admin/health', '/admin', '/v2/__admin'])
    readable(t, await ask('GET', path, {}))
})
