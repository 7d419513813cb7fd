import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { buildProgram, launch, until, type Running } from './binary.ts'
import { user } from './kit.ts'

const program = buildProgram()
const headers = { authorization: 'Bearer k', 'content-type': 'application/json' }
const hello = 'agent: support\nscripts: [ { name: hello, steps: [ { say: Hello } ] } ]\n'

/** Serves these files on a free port. */
function serve(t: Test, files: Record<string, string> = { 'hello.yaml': hello }, args: string[] = []): Running {
  return program.launch(t, ['--port', '0', '--fixtures', t.testdir(files), ...args])
}

/** A turn with the agent, whatever comes back. */
const post = (url: string, text: string, more: object = {}) =>
  fetch(`${url}/v2/agents/support/responses`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ message: user(text), ...more }),
  })

/** What the agent says. */
async function say(url: string, text: string): Promise<string> {
  const reply = await post(url, text)
  if (reply.status !== 200) return `${reply.status} ${await reply.text()}`
  const { output } = (await reply.json()) as { output: { parts: { text: string }[] }[] }
  return output[0]!.parts.map(part => part.text).join('')
}

t.test('standard output holds the ready line and nothing else; logs go to standard error as JSON lines', async t => {
  const mock = serve(t, {
    'one.yaml': hello,
    'two.yaml': 'agent: other\nscripts: [ { name: a, when: { role: tool }, steps: [] }, { name: b, steps: [] } ]\n',
  })
  const url = await mock.ready
  t.equal(await say(url, 'Hello'), 'Hello')
  await post(url, 'Hello', { stream: true }).then(reply => reply.text())
  mock.child.kill('SIGTERM')
  t.equal(await mock.ended, 0)
  t.equal(mock.out(), `ready http://127.0.0.1:${new URL(url).port} (3 scripts for 2 agents)\n`)
  const lines = mock.err().trimEnd().split('\n')
  t.equal(lines.length, 2)
  for (const line of lines)
    t.match(JSON.parse(line), { time: /Z$/, level: 'info', agent: 'support', script: 'hello', status: 200 })
})

t.test('--port-file holds the port once the mock is ready', async t => {
  const file = join(t.testdir({}), 'port')
  const mock = serve(t, undefined, ['--port-file', file])
  const url = await mock.ready
  t.equal(readFileSync(file, 'utf8'), `${new URL(url).port}\n`)
})

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
  t.test(`${signal} ends it with 0`, async t => {
    const mock = serve(t)
    await mock.ready
    mock.child.kill(signal)
    t.equal(await mock.ended, 0)
    t.equal(mock.err(), '')
  })
}

t.test('it stops as PID 1, which only signals that it waits for can reach', async t => {
  const unshare = ['unshare', '--pid', '--fork', '--kill-child']
  if (spawnSync(unshare[0]!, [...unshare.slice(1), 'true']).status !== 0) return void t.pass('skipped: no unshare here')
  const mock = launch(t, unshare[0]!, [...unshare.slice(1), process.execPath, program.bin, '--port', '0'])
  await mock.ready
  const [pid] = execFileSync('pgrep', ['-P', `${mock.child.pid}`])
    .toString()
    .split('\n')
  process.kill(Number(pid), 'SIGTERM')
  t.equal(await mock.ended, 0)
})

t.test('a folder that leads back to itself is read once', async t => {
  const dir = t.testdir({ 'hello.yaml': hello })
  symlinkSync('.', join(dir, 'again'))
  const mock = program.launch(t, ['--port', '0', '--fixtures', dir])
  await mock.ready
  t.match(mock.out(), '(1 script for 1 agent)')
})

t.test('a folder may be named like a file', async t => {
  const dir = t.testdir({})
  mkdirSync(join(dir, 'inner.yaml'))
  writeFileSync(join(dir, 'inner.yaml', 'hello.yaml'), hello)
  const mock = program.launch(t, ['--port', '0', '--fixtures', dir])
  t.equal(await say(await mock.ready, 'Hello'), 'Hello')
})

t.test('it lives on when nobody reads its output', async t => {
  const file = join(t.testdir({}), 'port')
  const mock = program.launch(t, ['--port', '0', '--port-file', file])
  mock.child.stdout!.destroy()
  mock.child.stderr!.destroy()
  const port = await until(() => (existsSync(file) && readFileSync(file, 'utf8').trim()) || undefined)
  for (let count = 0; count < 3; count += 1) t.match(await say(`http://127.0.0.1:${port}`, 'Anybody?'), 'Anybody?')
  mock.child.kill('SIGTERM')
  t.equal(await mock.ended, 0)
})

t.test('it lives on when its output cannot be written', async t => {
  if (!existsSync('/dev/full')) return void t.pass('skipped: no /dev/full here')
  const file = join(t.testdir({}), 'port')
  const line = 'exec "$0" "$@" >/dev/full 2>/dev/full'
  const mock = launch(t, 'sh', ['-c', line, process.execPath, program.bin, '--port', '0', '--port-file', file])
  const port = await until(() => (existsSync(file) && readFileSync(file, 'utf8').trim()) || undefined)
  t.match(await say(`http://127.0.0.1:${port}`, 'Anybody?'), 'Anybody?')
  mock.child.kill('SIGTERM')
  t.equal(await mock.ended, 0)
})

t.test('criteria with regular expressions and JSON Schemas work in the bundle', async t => {
  const mock = serve(t, {
    'all.yaml': `agent: support
scripts:
  - { name: pattern, when: { text: { matches: '^order [A-Z]-\\d+$' } }, steps: [ { say: pattern } ] }
  - { name: schema, when: { body: { required: [ metadata ] } }, steps: [ { say: schema } ] }
  - { name: neither, steps: [ { say: neither } ] }
`,
  })
  const url = await mock.ready
  t.equal(await say(url, 'order A-17'), 'pattern')
  t.equal(await say(url, 'order'), 'neither')
  t.match(await (await post(url, 'order', { metadata: {} })).text(), '"schema"')
})

t.test('fixtures may be JSON, and one file', async t => {
  const file = join(
    t.testdir({ 'one.json': JSON.stringify({ scripts: [{ name: 'a', steps: [{ say: 'From JSON' }] }] }) }),
    'one.json',
  )
  const mock = program.launch(t, ['--port', '0', '--fixtures', file])
  t.equal(await say(await mock.ready, 'Hello'), 'From JSON')
})

t.test('a body that is not JSON is refused at its position, in the bundle as well', async t => {
  const url = await serve(t).ready
  const reply = await fetch(`${url}/v2/agents/support/responses`, {
    method: 'POST',
    headers,
    body: '{\n  "message": }',
  })
  t.equal(reply.status, 400)
  t.match(((await reply.json()) as { message: string }).message, 'line 2, column 14')
})

for (const path of ['/__admin/openapi.json', '/__admin/fixture.schema.json']) {
  t.test(`${path} works in the bundle`, async t => {
    const url = await serve(t).ready
    const reply = await fetch(url + path)
    t.equal(reply.status, 200)
    t.match(await reply.json(), path.includes('openapi') ? { openapi: /^3\./ } : { $schema: /2020-12/ })
  })
}

t.test('--watch plays the fixtures as they are now, and the last good ones while they are broken', async t => {
  const dir = t.testdir({ 'hello.yaml': hello })
  const write = (text: string) => writeFileSync(join(dir, 'hello.yaml'), text)
  const mock = program.launch(t, ['--port', '0', '--fixtures', dir, '--watch'])
  const url = await mock.ready
  t.equal(await say(url, 'Hello'), 'Hello')
  write(hello.replace('say: Hello', 'say: Changed'))
  await until(async () => ((await say(url, 'Hello')) === 'Changed' ? true : undefined))
  await until(() => (mock.err().includes('fixtures reloaded: 1 script for 1 agent') ? true : undefined))
  write(hello.replace('name', 'nmae'))
  await until(() => (mock.err().includes('not reloaded') ? true : undefined))
  t.match(mock.err(), /hello\.yaml:2:14 .*did you mean/)
  t.equal(await say(url, 'Hello'), 'Changed')
  writeFileSync(join(dir, 'more.yaml'), 'agent: other\nscripts: [ { name: a, steps: [] } ]\n')
  write(hello)
  await until(() => (mock.err().includes('reloaded: 2 scripts for 2 agents') ? true : undefined))
  mock.child.kill('SIGTERM')
  t.equal(await mock.ended, 0)
})
