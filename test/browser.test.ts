import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import type { Settings } from '../src/options/settings.ts'
import { controlOf } from './control.ts'
import { fixture, start } from './kit.ts'

const chromium = ['chromium', 'chromium-browser', 'google-chrome'].find(
  name => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0,
)
const options = chromium ? {} : { skip: 'there is no Chromium here: apt-get install chromium' }

const scripts = fixture([
  { name: 'busy', when: { text: 'busy' }, http: { status: 429, headers: { 'Retry-After': '7' } } },
  { name: 'tell', when: { text: 'tell' }, pace: { each: '100ms' }, steps: [{ say: 'Once upon a time.' }] },
  { name: 'hello', when: { text: 'hello' }, steps: [{ say: 'Hello.' }] },
])

/** What the page does. Everything that it can find out ends up in its document, as JSON. */
const act = /* js */ `
  const agent = api + '/v2/agents/support/responses'
  const headers = { Authorization: 'Bearer page-key', 'Content-Type': 'application/json' }
  const ask = (text, more) =>
    fetch(agent, { method: 'POST', headers, body: JSON.stringify({ message: { role: 'user', parts: [{ kind: 'text', text }] }, ...more }) })
  const seen = {}
  const attempt = async (name, act) => {
    try { seen[name] = await act() } catch (error) { seen[name] = 'blocked: ' + error.name }
  }
  const read = async response => ({ status: response.status, type: response.type, text: await response.text() })

  await attempt('a turn', async () => read(await ask('hello')))
  await attempt('a poll', async () => {
    const { task_id } = JSON.parse(seen['a turn'].text)
    return read(await fetch(agent + '/' + task_id, { headers: { Authorization: headers.Authorization } }))
  })
  await attempt('a stream', async () => {
    const response = await ask('tell', { stream: true })
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
    const pieces = []
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) pieces.push(piece.value)
    return { type: response.headers.get('content-type'), pieces }
  })
  await attempt('a 429', async () => {
    const response = await ask('busy')
    return { status: response.status, after: response.headers.get('Retry-After') }
  })
  await attempt('a wrong body', async () => read(await fetch(agent, { method: 'POST', headers, body: '{}' })))
  await attempt('a wrong key', async () => read(await fetch(agent, { method: 'POST', body: '{}' })))

  const admin = api + '/__admin'
  const simple = { method: 'POST', body: '[]' }
  await attempt('control: read', async () => read(await fetch(admin + '/requests')))
  await attempt('control: read with a key', async () => read(await fetch(admin + '/requests', { headers })))
  await attempt('control: health', async () => read(await fetch(admin + '/health')))
  await attempt('control: reset', async () => read(await fetch(admin + '/reset', { method: 'POST' })))
  await attempt('control: reset as JSON', async () => read(await fetch(admin + '/reset', { method: 'POST', headers, body: '{}' })))
  await attempt('control: put', async () => read(await fetch(admin + '/fixtures', { method: 'PUT', headers, body: '[]' })))
  await attempt('control: delete', async () => read(await fetch(admin + '/requests', { method: 'DELETE' })))
  // These do leave the page, whatever the server says: it must not do what they ask, and the page sees nothing of it.
  await attempt('blind: reset', async () => read(await fetch(admin + '/reset', { ...simple, mode: 'no-cors' })))
  await attempt('blind: reset without a body', async () => read(await fetch(admin + '/reset', { method: 'POST', mode: 'no-cors' })))
  await attempt('blind: read', async () => read(await fetch(admin + '/requests', { mode: 'no-cors' })))
  await attempt('blind: beacon', async () => navigator.sendBeacon(admin + '/reset', '[]'))
  await new Promise(resolve => setTimeout(resolve, 200))
`

const page = (api: string) => /* html */ `<!doctype html><pre id="seen"></pre><img src="/wait"><script type="module">
  const api = ${JSON.stringify(api)}
  ${act}
  document.querySelector('#seen').textContent = encodeURIComponent(JSON.stringify(seen))
  await fetch('/done')
</script>`

/** Serves the page on an origin of its own. Its image loads when the page is done, so that Chromium waits for that. */
async function servePage(t: Test, api: string, host: string): Promise<string> {
  let image: ServerResponse | undefined
  let done = false
  const server = createServer((request, response) => {
    if (request.url === '/') return void response.setHeader('content-type', 'text/html').end(page(api))
    if (request.url === '/wait' && !done) return void (image = response)
    if (request.url === '/done') {
      done = true
      image?.end()
    }
    response.end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://${host}:${(server.address() as AddressInfo).port}/`
}

// eslint-disable-next-line typescript/no-explicit-any -- the page tells things of many shapes
type Seen = Record<string, any>

/** Lets a real browser open the page; answers what it saw. */
async function browse(t: Test, api: string, host: string): Promise<Seen> {
  const profile = mkdtempSync(join(tmpdir(), 'browser-'))
  t.teardown(() => rmSync(profile, { recursive: true, force: true, maxRetries: 5 }))
  const flags = [
    ...['--headless=new', '--no-sandbox', '--disable-gpu', '--dump-dom', '--no-first-run', '--disable-sync'],
    ...['--disable-background-networking', '--disable-component-update', '--disable-quic', '--disable-dev-shm-usage'],
    ...['--no-proxy-server', `--user-data-dir=${profile}`, await servePage(t, api, host)],
  ]
  const { stdout } = await promisify(execFile)(chromium!, flags, { timeout: 60_000, maxBuffer: 10_000_000 })
  const [, seen = ''] = /<pre id="seen">([^<]*)</.exec(stdout) ?? []
  return JSON.parse(decodeURIComponent(seen)) as Seen
}

async function begin(t: Test, settings: Partial<Settings> = {}) {
  const started = await start(t, { fixtures: [scripts], ...settings })
  await started.as('somebody').say('hello')
  return { ...started, all: controlOf(started.url) }
}
const blocked = 'blocked: TypeError'

for (const [what, host] of Object.entries({ 'another site': 'localhost', 'another port': '127.0.0.1' })) {
  t.test(`a page of ${what} may use the emulated API, and the control API does nothing for it`, options, async t => {
    const { url, all } = await begin(t)
    const seen = await browse(t, url, host)

    t.match(seen['a turn'], { status: 200, type: 'cors', text: /"Hello\."/ })
    t.match(seen['a poll'], { status: 200, text: /"completed"/ })
    t.equal(seen['a stream'].type, 'text/event-stream')
    t.ok(seen['a stream'].pieces.length > 1, 'the stream comes piece by piece')
    t.match(seen['a stream'].pieces.join(''), /response\.started[^]*Once upon a time\.[^]*\[DONE\]/)
    t.strictSame(seen['a 429'], { status: 429, after: '7' })
    t.match(seen['a wrong body'], { status: 400, text: /must have/ })
    t.match(seen['a wrong key'], { status: 401 })

    const control = Object.entries(seen).filter(([name]) => name.startsWith('control: '))
    t.strictSame(new Set(control.map(([, found]) => found)), new Set([blocked]))
    t.equal(control.length, 7)
    for (const name of ['blind: reset', 'blind: reset without a body', 'blind: read'])
      t.strictSame(seen[name], { status: 0, type: 'opaque', text: '' }, name)
    t.equal(seen['blind: beacon'], true)
    t.equal((await controlOf(url, 'somebody').requests()).length, 1, 'nothing was reset or deleted')
    t.match((await all.get('/health')).body, { tasks: 3, workspaces: 2 })
  })
}

t.test('where the emulated API is for one origin, a page of another may not use it', options, async t => {
  const { url } = await begin(t, { corsOrigin: 'https://only.test' })
  const seen = await browse(t, url, 'localhost')
  for (const name of ['a turn', 'a stream', 'a 429', 'a wrong body', 'a wrong key', 'control: read'])
    t.equal(seen[name], blocked, name)
})
