import { spawnSync, type SpawnOptions } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { buildProgram, launch, until, type Running } from './binary.ts'
import { demandGone, family, pidIn } from './family.ts'

const program = buildProgram(t)
const node = process.execPath
const hello = JSON.stringify({ scripts: [{ name: 'hello', when: { text: 'Hello' }, steps: [{ say: 'Hello' }] }] })

const exec = (t: Test, flags: string[], command: string[], options?: SpawnOptions): Running =>
  program.launch(t, ['exec', ...flags, '--', ...command], options)

/** A command of JavaScript. `turn` sends the agent a text with what the environment says. */
const js = (code: string) => [
  node,
  '--input-type=module',
  '--eval',
  `const { ORQ_BASE_URL: url, ORQ_API_KEY: key } = process.env
   const turn = text => fetch(url + '/v2/agents/support/responses', {
     method: 'POST',
     headers: { authorization: 'Bearer ' + key, 'content-type': 'application/json' },
     body: JSON.stringify({ message: { role: 'user', parts: [{ kind: 'text', text }] } }),
   })
   ${code}`,
]
const printEnv = js(
  `console.log(JSON.stringify({ url, key, path: typeof process.env.PATH, mine: process.env.MINE, port: process.env.PORT }))`,
)

t.test('the command gets the URL of a mock that is ready, a key, and what else was set', async t => {
  const child = exec(t, [], js(`console.log(url, key, process.env.MINE, (await turn('Hi')).status)`), {
    env: { MINE: 'x' },
  })
  t.equal(await child.ended, 0)
  t.match(
    child.out(),
    /^http:\/\/127\.0\.0\.1:\d+ orq-agents-mock x 200\n$/,
    'and nothing else stands on standard output',
  )
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
    const child = exec(t, [...flags], printEnv, { env })
    t.equal(await child.ended, 0)
    t.match(JSON.parse(child.out()), expected)
  })
}

for (const code of [0, 7, 255]) {
  t.test(`exit code ${code} is passed through`, async t => {
    t.equal(await exec(t, [], ['sh', '-c', `exit ${code}`]).ended, code)
  })
}

for (const [signal, code] of Object.entries({ TERM: 143, KILL: 137 })) {
  t.test(`a command that SIG${signal} kills ends it with ${code}`, async t => {
    t.equal(await exec(t, [], ['sh', '-c', `kill -${signal} $$`]).ended, code)
  })
}

t.test('standard input reaches the command, and its errors standard error', async t => {
  const child = exec(t, [], ['sh', '-c', 'cat; echo problem >&2'])
  child.child.stdin!.end('typed in')
  t.equal(await child.ended, 0)
  t.equal(child.out(), 'typed in')
  t.match(child.err(), /^problem\n/)
})

for (const [signal, code] of Object.entries({ SIGTERM: 143, SIGINT: 130, SIGHUP: 129 })) {
  t.test(`${signal} reaches the command and its children, and leaves no orphan`, async t => {
    const dir = t.testdir({})
    // A shell's background child ignores SIGINT; this is about those that do not.
    const child = exec(t, [], signal === 'SIGINT' ? ['sh', '-c', family()[2]!.replace('&', '; true')] : family(), {
      cwd: dir,
    })
    const pids = await Promise.all(['parent', 'child'].map(name => pidIn(join(dir, name))))
    child.child.kill(signal as NodeJS.Signals)
    t.equal(await child.ended, code)
    await demandGone(t, pids)
    t.match(child.err(), 'orq-agents-mock: 0 requests', 'the summary is still told')
  })
}

t.test('a command that catches a signal decides about the exit code', async t => {
  const child = exec(
    t,
    [],
    js(`process.on('SIGTERM', () => process.exit(3)); setInterval(() => {}, 1000); console.log('set')`),
  )
  await until(() => child.out() || undefined)
  child.child.kill('SIGTERM')
  t.equal(await child.ended, 3)
})

t.test('what a command leaves behind in the background is ended with it', async t => {
  const dir = t.testdir({})
  const child = exec(t, [], ['sh', '-c', `(echo $$; exec sleep 60) & echo $! > child`], { cwd: dir, stdio: 'ignore' })
  const pid = await pidIn(join(dir, 'child'))
  t.equal(await child.ended, 0)
  await demandGone(t, [pid])
})

t.test('what a command leaves behind is ended even if it takes no notice of SIGTERM', async t => {
  const dir = t.testdir({})
  const straggler = `sh -c 'trap "" TERM; echo $$ > child; while :; do sleep 0.1; done' &`
  const child = exec(t, [], ['sh', '-c', `${straggler} while [ ! -s child ]; do sleep 0.05; done`], {
    cwd: dir,
    stdio: 'ignore',
  })
  const pid = await pidIn(join(dir, 'child'))
  t.equal(await child.ended, 0)
  await demandGone(t, [pid])
})

t.test('a second signal ends a command that takes no notice of the first, and its children', async t => {
  const dir = t.testdir({})
  const child = exec(t, [], family('trap "" TERM;'), { cwd: dir, stdio: 'ignore' })
  const pids = await Promise.all(['parent', 'child'].map(name => pidIn(join(dir, name))))
  child.child.kill('SIGTERM')
  await new Promise(resolve => setTimeout(resolve, 200))
  t.equal(child.child.exitCode, null, 'it waits for the command')
  child.child.kill('SIGTERM')
  t.not(await child.ended, 0)
  await demandGone(t, pids)
})

t.test('on a terminal Ctrl-C reaches the command once', async t => {
  if (process.platform !== 'linux' || spawnSync('script', ['--version']).status !== 0)
    return void t.pass('skipped: no script of util-linux here')
  const dir = t.testdir({})
  const count = `let n = 0; process.on('SIGINT', () => { n += 1; setTimeout(() => process.exit(10 + n), 300) }); setInterval(() => {}, 1000); console.log('set')`
  writeFileSync(join(dir, 'count.mjs'), count)
  const line = `exec '${node}' '${program.bin}' exec -- '${node}' '${join(dir, 'count.mjs')}'`
  const terminal = launch(t, 'script', ['--quiet', '--return', '--command', line, '/dev/null'])
  await until(() => (terminal.out().includes('set') ? true : undefined))
  terminal.child.stdin!.write('\u0003')
  t.equal(await terminal.ended, 11)
})

t.test('a command that is not there, or may not be run, ends with 1 and is named', async t => {
  const dir = t.testdir({ plain: 'echo' })
  chmodSync(join(dir, 'plain'), 0o644)
  const none = exec(t, [], ['no-such-command', 'x'])
  t.equal(await none.ended, 1)
  t.match(none.err(), 'cannot run "no-such-command": there is no such command\n')
  const plain = exec(t, [], [join(dir, 'plain')])
  t.equal(await plain.ended, 1)
  t.match(plain.err(), /cannot run "\S+plain": .*EACCES/)
})

for (const args of [['exec'], ['exec', '--'], ['exec', 'npm', 'test']]) {
  t.test(`"${args.join(' ')}" ends with 2 and an example`, async t => {
    const child = program.launch(t, args)
    t.equal(await child.ended, 2)
    t.match(child.err(), 'as in: exec -- npm test')
  })
}

t.test('flags behind -- belong to the command', async t => {
  const child = exec(t, [], ['echo', '--help', '--port', 'x', '--'])
  t.equal(await child.ended, 0)
  t.equal(child.out(), '--help --port x --\n')
})

t.test('without valid fixtures or with a port in use, the command does not run', async t => {
  const other = createServer()
  await once(other.listen(0, '127.0.0.1'), 'listening')
  t.teardown(() => other.close())
  const { port } = other.address() as AddressInfo
  for (const [flags, code] of [
    [['--fixtures', './no-such-folder'], 3],
    [['--port', `${port}`], 4],
  ] as const) {
    const child = exec(t, [...flags], ['echo', 'ran'])
    t.equal(await child.ended, code)
    t.equal(child.out(), '')
  }
})

const both = `await turn('Hello'); await turn('Hello'); await turn('Something else')`

t.test('the last line on standard error counts requests, unmatched ones and unused scripts', async t => {
  const scripts = Array.from({ length: 7 }, (_, index) => ({
    name: `s${index}`,
    when: { text: `t${index}` },
    steps: [],
  }))
  const dir = t.testdir({ 'a.json': hello, 'b.json': JSON.stringify({ agent: 'other', scripts }) })
  const child = exec(t, ['--fixtures', dir], js(both))
  t.equal(await child.ended, 0)
  t.match(child.err(), /\norq-agents-mock: 3 requests, 1 unmatched, 7 unused scripts \(s0, s1, s2, s3, s4, …\)\n$/)
  const quiet = exec(t, ['--fixtures', join(dir, 'a.json')], js(`await turn('Hello')`))
  t.equal(await quiet.ended, 0)
  t.equal(quiet.err(), 'orq-agents-mock: 1 requests, 0 unmatched, 0 unused scripts\n')
})

t.test('each miss is told once with its hint, before the last line', async t => {
  const misses = `await turn('Else'); await turn('Else'); await fetch(url + '/v1/models?key=' + key)
    await fetch(url + '/v2/agents/support/responses', { method: 'POST' })
    await fetch(url + '/v2/agents/support/responses', { method: 'PUT' })`
  const file = join(t.testdir({ 'a.json': hello }), 'a.json')
  const child = exec(t, ['--fixtures', file], js(misses))
  t.equal(await child.ended, 0)
  const lines = child.err().split('\n')
  t.match(
    lines[0],
    /^orq-agents-mock: unmatched, 2 times: support → no script: The nearest script is "hello" \(.*a\.json:1\): text: expected "Hello", found "Else"$/,
  )
  t.strictSame(lines.slice(1), [
    'orq-agents-mock: unmatched: GET /v1/models → unknown route',
    'orq-agents-mock: unmatched: support → refused: API key is not valid for this workspace: Send "Authorization: Bearer <any key>"; each key is a workspace of its own',
    'orq-agents-mock: 5 requests, 4 unmatched, 1 refused, 1 unused scripts (hello)',
    '',
  ])
})

t.test('requests are told one by one only where --log-level is given', async t => {
  const child = exec(t, ['--log-level', 'info'], js(`await turn('Hello')`))
  t.equal(await child.ended, 0)
  t.equal(child.err().trimEnd().split('\n').length, 2)
})

const verdicts: [flags: string[], code: string, expected: number][] = [
  [['--fail-on-unmatched'], both, 1],
  [['--fail-on-unmatched'], `await turn('Hello')`, 0],
  [['--fail-on-unmatched', '--unmatched', 'echo'], `await turn('x')`, 1],
  [['--fail-on-unused'], `await turn('Something else')`, 1],
  [['--fail-on-unused'], both, 0],
  [['--fail-on-unmatched'], `await fetch(url + '/v1/models')`, 1],
  [['--fail-on-unmatched'], `await fetch(url + '/v2/agents/support/responses/1')`, 1],
  [['--fail-on-unmatched'], `await fetch(url); await fetch(url + '/__admin/x')`, 0],
  [['--fail-on-unmatched'], '', 0],
  [['--fail-on-no-requests'], '', 1],
  [['--fail-on-no-requests'], 'process.exit(5)', 5],
  [['--fail-on-no-requests'], `await fetch(url + '/__admin/health')`, 1],
  [['--fail-on-no-requests'], `await fetch(url + '/v1/models')`, 0],
  [['--fail-on-no-requests', '--fail-on-unmatched'], `await turn('Hello')`, 0],
  [['--fail-on-unmatched', '--fail-on-unused'], `${both}; process.exit(5)`, 5],
  [[], `await turn('Something else')`, 0],
]
for (const [flags, code, expected] of verdicts) {
  t.test(`exec ${flags.join(' ')} -- ${code} ends with ${expected}`, async t => {
    const file = join(t.testdir({ 'a.json': hello }), 'a.json')
    const child = exec(t, ['--fixtures', file, ...flags], js(code))
    t.equal(await child.ended, expected)
    t.match(child.err(), /orq-agents-mock: \d requests/)
    const why = 'orq-agents-mock: no request came: does the command use ORQ_BASE_URL?\n'
    t.equal(child.err().startsWith(why), flags.includes('--fail-on-no-requests') && / 0 requests/.test(child.err()))
  })
}

t.test('--port-file gets the port, as with serve', async t => {
  const file = join(t.testdir({}), 'port')
  t.equal(await exec(t, ['--port-file', file], js('')).ended, 0)
  t.match(readFileSync(file, 'utf8'), /^\d+\n$/)
})
