import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { startMock, type MockOptions } from '../src/index.ts'
import { run } from './command-line.ts'

t.test('validate without a folder checks the shipped fixtures', async t => {
  t.match(await run(['validate']), { code: 0, out: /^ok \S+fixtures \(\d\d scripts for \d agents\)\n$/, err: '' })
})

t.test('validate names every fault at its line and column, and ends with 3', async t => {
  const dir = t.testdir({
    'good.yaml': 'scripts: [ { name: hello, steps: [ { say: Hello } ] } ]\n',
    'bad.yaml':
      'agent: support\nscripts:\n  - nmae: one\n    steps: []\n  - name: two\n    when: { txt: x }\n    steps: []\n',
    'broken.json': '{ "scripts": [ ',
  })
  const { code, out, err } = await run(['validate', dir])
  t.strictSame({ code, out }, { code: 3, out: '' })
  t.match(err, /bad\.yaml:3:5 .*did you mean "name"/)
  t.match(err, /bad\.yaml:6:13 .*did you mean "text"/)
  t.match(err, /broken\.json:\d+:\d+ /)
  t.notMatch(err, 'good.yaml')
  t.match(err, /\d faults in the fixtures\n$/)
  t.match(await run(['validate', join(dir, 'good.yaml')]), { code: 0, out: /\(1 script for 1 agent\)/ })
})

t.test('validate of what is not there ends with 3 and names it', async t => {
  t.match(await run(['validate', './no-such-folder']), {
    code: 3,
    out: '',
    err: /no-such-folder .*no such file or folder/,
  })
})

t.test('validate DIR checks DIR and nothing else, however it is said', async t => {
  const dir = t.testdir({
    'one.yaml': 'scripts: [ { name: hello, steps: [] } ]\n',
    bad: { 'two.yaml': 'scripts: 1\n' },
  })
  const [good, bad] = [join(dir, 'one.yaml'), join(dir, 'bad')]
  t.match(await run(['validate', good]), { code: 0, out: `ok ${good} (1 script for 1 agent)\n` })
  t.match(await run(['validate', '--fixtures', good]), { code: 0 })
  t.match(await run(['validate', good, '--fixtures', bad]), { code: 3 }, 'both are given')
  t.match(await run(['validate'], { ORQ_MOCK_FIXTURES: bad }), { code: 3 })
  t.match(
    await run(['validate', good], { ORQ_MOCK_FIXTURES: bad }),
    { code: 0 },
    'what is said goes over the environment',
  )
  t.match(await run(['validate', '--', bad]), { code: 3 }, 'behind -- as well')
})

t.test('init writes a fixture that is valid, with the schema beside it, and says what to do next', async t => {
  const dir = join(t.testdir({}), 'new', 'mocks')
  const { code, out, err } = await run(['init', dir])
  t.strictSame({ code, err }, { code: 0, err: '' })
  t.equal(out, `wrote ${join(dir, 'my_agent.yaml')}; now: orq-agents-mock --fixtures ${dir} --watch\n`)
  t.strictSame(readdirSync(dir).sort(), ['.fixture.schema.json', 'my_agent.yaml'])
  const [, schema] =
    /^# yaml-language-server: \$schema=(\S+)\n/.exec(readFileSync(join(dir, 'my_agent.yaml'), 'utf8')) ?? []
  t.ok(existsSync(join(dir, schema!)), 'the schema that its first line names')
  t.match(await run(['validate', dir]), { code: 0, out: /2 scripts for 1 agent/ })
})

t.test('init never overwrites', async t => {
  const dir = t.testdir({ 'my_agent.yaml': 'mine' })
  t.match(await run(['init', dir]), { code: 1, out: '', err: /my_agent\.yaml is there already; nothing was changed\n/ })
  t.equal(readFileSync(join(dir, 'my_agent.yaml'), 'utf8'), 'mine')
  t.strictSame(readdirSync(dir), ['my_agent.yaml'])
})

t.test('init without a folder takes ./fixtures', async t => {
  const before = process.cwd()
  t.teardown(() => process.chdir(before))
  process.chdir(t.testdir({}))
  t.equal((await run(['init'])).code, 0)
  t.ok(existsSync(join('fixtures', 'my_agent.yaml')))
})

t.test('healthcheck finds a mock by flags and by variables, with an admin token too', async t => {
  const { url } = await mock(t, { adminToken: 'secret', apiKey: ['only-this'] })
  const { port } = new URL(url)
  const ready = { code: 0, out: 'ready\n', err: '' }
  t.strictSame(await run(['healthcheck', '--port', port]), ready)
  t.strictSame(await run(['healthcheck'], { PORT: port }), ready)
  t.strictSame(await run(['healthcheck'], { ORQ_MOCK_PORT: port, ORQ_MOCK_HOST: 'localhost' }), ready)
})

for (const [host, probe] of Object.entries({ '0.0.0.0': '127.0.0.1', '::': '[::1]', '::1': '[::1]' })) {
  t.test(`healthcheck follows HOST=${host} to ${probe}`, async t => {
    const { url } = await mock(t, { host }).catch(() => ({ url: undefined }))
    if (url === undefined) return void t.pass('skipped: this machine has no such address')
    t.match(await run(['healthcheck'], { PORT: new URL(url).port, HOST: host }), { code: 0, out: 'ready\n' })
    const nobody = await run(['healthcheck'], { PORT: '1', HOST: host })
    t.match(nobody, { code: 1, out: '', err: `not ready: http://${probe}:1/__admin/ready: ` })
  })
}

t.test('healthcheck of nothing ends with 1 and says why', async t => {
  const port = await freePort()
  const err = `not ready: http://127.0.0.1:${port}/__admin/ready: ECONNREFUSED\n`
  t.strictSame(await run(['healthcheck', '--port', `${port}`]), { code: 1, out: '', err })
})

t.test('healthcheck of something else ends with 1 and says its status', async t => {
  const other = createServer((_request, response) => response.writeHead(404).end())
  await once(other.listen(0, '127.0.0.1'), 'listening')
  t.teardown(() => other.close())
  const { port } = other.address() as AddressInfo
  t.match(await run(['healthcheck', '--port', `${port}`]), { code: 1, out: '', err: /status 404\n$/ })
})

t.test('healthcheck --wait waits until the mock is there', async t => {
  const port = await freePort()
  const check = run(['healthcheck', '--wait'], { PORT: `${port}` })
  setTimeout(() => void mock(t, { port }), 250)
  t.strictSame(await check, { code: 0, out: 'ready\n', err: '' })
})

t.test('healthcheck reaches ports that browsers refuse', async t => {
  const port = 10_080
  const { url } = await mock(t, { port }).catch(() => ({ url: undefined }))
  if (url === undefined) return void t.pass('skipped: something else listens there')
  t.match(await run(['healthcheck'], { PORT: `${port}` }), { code: 0, err: '' })
})

async function mock(t: Test, options: MockOptions) {
  const started = await startMock(options)
  t.teardown(() => started.close())
  return started
}

async function freePort(): Promise<number> {
  const server = createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}
