import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import { buildProgram } from './binary.ts'

const program = buildProgram()
const hello = 'agent: support\nscripts: [ { name: hello, steps: [ { say: Hello } ] } ]\n'

t.test('a command line that cannot be followed ends with 2', async t => {
  const mock = program.launch(t, ['--prot', '1'])
  t.equal(await mock.ended, 2)
  t.match({ out: mock.out(), err: mock.err() }, { out: '', err: 'did you mean --port?' })
})

t.test('a port in use ends with 4 and names the port', async t => {
  const other = createServer()
  await once(other.listen(0, '127.0.0.1'), 'listening')
  t.teardown(() => other.close())
  const { port } = other.address() as AddressInfo
  const mock = program.launch(t, ['--port', `${port}`])
  t.equal(await mock.ended, 4)
  t.equal(mock.out(), '')
  t.match(mock.err(), `port ${port} is in use`)
})

for (const [what, args, words] of [
  ['an address of another machine', ['--host', '203.0.113.1'], '203.0.113.1'],
  ['a port file that cannot be written', ['--port-file', './no/such/folder/port'], './no/such/folder/port'],
] as const) {
  t.test(`${what} ends with 1 and says so`, async t => {
    const mock = program.launch(t, ['--port', '0', '--fixtures', t.testdir({ 'hello.yaml': hello }), ...args])
    t.equal(await mock.ended, 1)
    t.equal(mock.out(), '')
    t.match(mock.err(), words)
    t.notMatch(mock.err(), /\n +at /, 'no stack trace')
  })
}

const unreadable: Record<string, { make: (dir: string) => string; says: RegExp }> = {
  'a folder that is not there': { make: dir => join(dir, 'none'), says: /none  there is no such file or folder/ },
  'a link that leads nowhere': {
    make: dir => (symlinkSync('./gone.yaml', join(dir, 'link.yaml')), dir),
    says: /link\.yaml  there is no such file or folder/,
  },
  'a file that is no fixture': {
    make: dir => (writeFileSync(join(dir, 'x.yaml'), 'nmae: x\n'), join(dir, 'x.yaml')),
    says: /x\.yaml:1:1 /,
  },
  'a file of bytes': {
    make: dir => (writeFileSync(join(dir, 'x.yaml'), Buffer.from([0xff, 0xfe, 0, 1, 2])), dir),
    says: /x\.yaml  is not UTF-8/,
  },
  'a file in Latin-1': {
    make: dir => (writeFileSync(join(dir, 'x.yaml'), 'scripts: [ { name: café, steps: [] } ]', 'latin1'), dir),
    says: /x\.yaml  is not UTF-8: save it in that encoding/,
  },
}
for (const [what, { make, says }] of Object.entries(unreadable)) {
  t.test(`${what} ends with 3 and is named`, async t => {
    const mock = program.launch(t, ['--port', '0', '--fixtures', make(t.testdir({}))])
    t.equal(await mock.ready.catch(() => mock.ended), 3)
    t.match({ out: mock.out(), err: mock.err() }, { out: '', err: says })
    t.notMatch(mock.err(), /\n +at /, 'no stack trace')
  })
}

t.test('what may not be read ends with 3 and is named', async t => {
  const nobody = process.getuid?.() === 0 ? { uid: 65_534 } : {}
  if (spawnSync('env', ['-i', process.execPath, program.bin, '--version'], nobody).status !== 0)
    return void t.pass('skipped: nobody may not run the program here')
  const dir = t.testdir({ 'secret.yaml': hello, locked: {} })
  const locked = join(dir, 'locked')
  for (const path of [join(dir, 'secret.yaml'), locked]) chmodSync(path, 0)
  const whole = program.launch(t, ['validate', dir], nobody)
  const alone = program.launch(t, ['validate', locked], nobody)
  const endings = await Promise.all([whole.ended, alone.ended]).finally(() => chmodSync(locked, 0o755))
  t.strictSame(endings, [3, 3])
  t.match(whole.err(), 'secret.yaml  may not be read: permission denied')
  for (const { err } of [whole, alone]) t.match(err(), 'locked  may not be read: permission denied')
})
