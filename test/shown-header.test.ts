import t from 'tap'
import { makeLog } from '../src/log.ts'
import { shownHeader, shownUrl } from '../src/shown-header.ts'
import { controlOf } from './control.ts'
import { start, user } from './kit.ts'
import { file, telling } from './telling.ts'

const canary = 'canary7Kq2ZtW9xPv4LmB8sHd3'
const secret = [
  'proxy-authorization',
  'x-api-key',
  'x-auth-token',
  'x-admin-token',
  'x-goog-api-key',
  'x-amz-security-token',
  'api-key',
  'apikey',
  'token',
  'cookie',
  'x-csrf-token',
  'x-anything',
]
const allowed = ['accept', 'accept-language', 'user-agent', 'x-request-id', 'idempotency-key', 'x-environment']
const formed = [canary, `Bearer ${canary}`, `sk-${canary}`, `Basic ${canary}=`, `eyJ${canary}.eyJ${canary}.x`, 'sk-1']

t.test('of a header that may hold a secret, neither side is told anywhere; that it came is', async t => {
  for (const name of ['authorization', ...secret, ...allowed]) {
    for (const unmatched of ['error', 'echo'] as const) {
      let log = ''
      const { url, client } = await start(t, {
        unmatched,
        log: makeLog({ level: 'info', plain: false, write: text => void (log += text) }),
        fixtures: [file('shop', telling('keyed', { when: { headers: JSON.parse(`{"${name}":"${canary}-wanted"}`) } }))],
      })
      const sent = name === 'authorization' ? `Bearer ${canary}` : canary
      const headers = new Headers(client.headers)
      headers.set(name, sent)
      const response = await fetch(`${url}/v2/agents/shop/responses?api_key=${canary}&${canary}`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ message: user('hello') }),
      })
      const reply = await response.text()
      const key = name === 'authorization' ? canary : client.key
      const control = controlOf(url, key)
      const entry = await control.lastRequest()
      const { body: account } = await control.post('/verify', [{ script: 'keyed' }])
      const { body: scripts } = await control.get('/scripts')
      const { body: tasks } = await control.get('/tasks')
      for (const [where, text] of Object.entries({ reply, entry, account, scripts, tasks, log }))
        t.notMatch(typeof text === 'string' ? text : JSON.stringify(text), /canary/, `${name} in ${where}`)
      t.match(entry.near_misses[0].criteria[1], { expected: '(hidden)', found: '(hidden)' }, name)
      t.equal(entry.url, '/v2/agents/shop/responses?api_key=(hidden)&(hidden)')
    }
  }
})

t.test('only listed headers are shown, and of these nothing that looks like a key', async t => {
  for (const name of secret) {
    t.equal(shownHeader(name, 'plain'), '(hidden)', name)
    t.equal(shownHeader(name, ['a', 'b']), '(hidden)', name)
    t.equal(shownHeader(name, undefined), undefined, `no ${name}`)
  }
  for (const name of allowed)
    for (const value of formed) t.equal(shownHeader(name, value), '(hidden)', `${name}: ${value}`)
})

const plain: Record<string, string> = {
  'Content-Type': 'application/json; charset=utf-8',
  accept: 'application/json;q=1, text/event-stream;q=0',
  'accept-language': 'nl-NL,nl;q=0.9,en;q=0.8',
  'user-agent': 'speakeasy-sdk/typescript 4.15.11 2.879.1 1.0 @orq-ai/node',
  'User-Agent': 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0',
  'x-request-id': '7f3c2a10-9d4e-4c1b-8a55-0b1c2d3e4f5a',
  'idempotency-key': 'order-17',
  'x-environment': 'staging-eu-west-1-blue-green',
  'x-tenant': 'acme',
  host: '127.0.0.1:4010',
}
for (const [name, value] of Object.entries(plain))
  t.test(`${name}: ${value} is shown`, async t => t.equal(shownHeader(name, value), value))

const urls: [sent: string, shown: string][] = [
  ['/v2/agents/shop/responses', '/v2/agents/shop/responses'],
  ['/a?', '/a?'],
  ['/a?api_key=x&b=2', '/a?api_key=(hidden)&b=(hidden)'],
  ['/a?x=1=2?c=3&', '/a?x=(hidden)&'],
  ['/a?secret', '/a?(hidden)'],
  [`/a?${canary}=1`, '/a?(hidden)=(hidden)'],
  ['http://user:pass@host/a?b=c', 'http://host/a?b=(hidden)'],
  ['http://host/a@b', 'http://host/a@b'],
]
for (const [sent, shown] of urls)
  t.test(`of the URL ${sent} is shown ${shown}`, async t => t.equal(shownUrl(sent), shown))

t.test('errors about a header or a URL show no secret either', async t => {
  const { url, client } = await start(t)
  const refused = async (path: string, headers: Record<string, string>) =>
    (await fetch(url + path, { method: 'POST', headers: { ...client.headers, ...headers }, body: '{}' })).text()
  t.notMatch(await refused('/v2/agents/a/responses', { 'content-type': `x/${canary}` }), /canary/)
  t.notMatch(await refused('/v2/agents/a/responses', { 'content-encoding': canary }), /canary/)
  t.notMatch(await refused(`/v2/agents/%zz/responses?key=${canary}`, {}), /canary/)
  t.notMatch(await refused(`/v2/nothing?key=${canary}`, {}), /canary/)
})
