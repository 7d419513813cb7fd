import type { SpawnOptions } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, readFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { buildProgram, type Running } from './binary.ts'
import { run } from './command-line.ts'
import { exec, js } from './exec-command.ts'

const program = buildProgram()

const launchExec = (t: Test, command: string[], options?: SpawnOptions): Running =>
  program.launch(t, ['exec', '--', ...command], options)

/** A command that writes what it finds in its environment into a file. */
const writeEnv = (file: string) =>
  js(
    `const { PATH, MINE, PORT } = process.env
     const seen = { url, key, path: typeof PATH, mine: MINE, port: PORT }
     await import('node:fs').then(fs => fs.writeFileSync(process.argv[1], JSON.stringify(seen)))`,
    file,
  )

t.test('the command gets the URL of a mock that is ready, a key, and what else was set', async t => {
  const child = launchExec(t, js(`console.log(url, key, process.env.MINE, (await turn('Hi')).status)`), {
    env: { MINE: 'x' },
  })
  t.equal(await child.ended, 0)
  t.match(
    child.out(),
    /^http:\/\/127\.0\.0\.1:\d+ orq-agents-mock x 200\n$/,
    'and nothing else stands on standard output',
  )
})

t.test('standard input reaches the command, and its errors standard error', async t => {
  const child = launchExec(t, ['sh', '-c', 'cat; echo problem >&2'])
  child.child.stdin!.end('typed in')
  t.equal(await child.ended, 0)
  t.equal(child.out(), 'typed in')
  t.match(child.err(), /^problem\n/)
})

t.test('flags behind -- belong to the command', async t => {
  const child = launchExec(t, ['echo', '--help', '--port', 'x', '--'])
  t.equal(await child.ended, 0)
  t.equal(child.out(), '--help --port x --\n')
})

t.test('the verdict and the exit code of a command are those of the process', async t => {
  const failed = program.launch(t, ['exec', '--fail-on-no-requests', '--', 'true'])
  t.equal(await failed.ended, 1)
  t.match(failed.err(), / 0 requests/)
  t.equal(await launchExec(t, ['sh', '-c', 'exit 7']).ended, 7)
})

for (const [what, flags, env, expected] of [
  ['a key that is set is kept', [], { ORQ_API_KEY: 'mine' }, { key: 'mine' }],
  ['an empty key counts as none', [], { ORQ_API_KEY: '' }, { key: 'orq-agents-mock' }],
  [
    'a base URL that is set gives way',
    [],
    { ORQ_BASE_URL: 'https://my.orq.ai' },
    { url: /^http:\/\/127\.0\.0\.1:\d+$/ },
  ],
  ['with --api-key the command gets that key', ['--api-key', 'only'], {}, { key: 'only' }],
  ['PORT is left to the command', [], { PORT: '3000' }, { url: /:(?!3000$)\d+$/, port: '3000' }],
  ['a mock on all addresses is found on the loopback', [], { HOST: '0.0.0.0' }, { url: /^http:\/\/127\.0\.0\.1:\d+$/ }],
] as const) {
  t.test(what, async t => {
    const seen = join(t.testdir({}), 'seen')
    t.equal((await exec([...flags], writeEnv(seen), env)).code, 0)
    t.match(JSON.parse(readFileSync(seen, 'utf8')), expected)
  })
}

for (const code of [0, 7, 255]) {
  t.test(`exit code ${code} is passed through`, async t => {
    t.equal((await exec([], ['sh', '-c', `exit ${code}`])).code, code)
  })
}

for (const [signal, code] of Object.entries({ TERM: 143, KILL: 137 })) {
  t.test(`a command that SIG${signal} kills ends it with ${code}`, async t => {
    t.equal((await exec([], ['sh', '-c', `kill -${signal} $$`])).code, code)
  })
}

t.test('a command that is not there, or may not be run, ends with 1 and is named', async t => {
  const dir = t.testdir({ plain: 'echo' })
  chmodSync(join(dir, 'plain'), 0o644)
  const none = await exec([], ['no-such-command', 'x'])
  t.equal(none.code, 1)
  t.match(none.err, 'cannot run "no-such-command": there is no such command\n')
  const plain = await exec([], [join(dir, 'plain')])
  t.equal(plain.code, 1)
  t.match(plain.err, /cannot run "\S+plain": .*EACCES/)
})

for (const args of [['exec'], ['exec', '--'], ['exec', 'npm', 'test']]) {
  t.test(`"${args.join(' ')}" ends with 2 and an example`, async t => {
    const { code, err } = await run(args)
    t.equal(code, 2)
    t.match(err, 'as in: exec -- npm test')
  })
}

t.test('without valid fixtures or with a port in use, the command does not run', async t => {
  const other = createServer()
  await once(other.listen(0, '127.0.0.1'), 'listening')
  t.teardown(() => other.close())
  const { port } = other.address() as AddressInfo
  for (const [flags, code] of [
    [['--fixtures', './no-such-folder'], 3],
    [['--port', `${port}`], 4],
  ] as const) {
    const ran = join(t.testdir({}), 'ran')
    t.equal((await exec([...flags], ['touch', ran])).code, code)
    t.notOk(existsSync(ran))
  }
})

t.test('--port-file gets the port, as with serve', async t => {
  const file = join(t.testdir({}), 'port')
  t.equal((await exec(['--port-file', file], js(''))).code, 0)
  t.match(readFileSync(file, 'utf8'), /^\d+\n$/)
})
