import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import t, { type Test } from 'tap'
import { execFlags } from '../src/cli/exec.ts'
import { parseFlags } from '../src/cli/flags.ts'
import { flagName, type Options } from '../src/options/option.ts'
import { options } from '../src/options/table.ts'
import { run } from './command-line.ts'
import { user } from './kit.ts'

const serveAnywhere = { ORQ_MOCK_PORT: '0' }
/** By the names on the command line. */
const written = (table: Options) => new Map(Object.entries(table).map(([name, option]) => [flagName(name), option]))
const flags = { serve: written(options), exec: written(execFlags) }
const commands = ['serve', 'exec', 'validate', 'init', 'healthcheck']

for (const command of commands) {
  t.test(`the help of ${command} is this text (else: UPDATE_HELP=1 npm test)`, async t => {
    const golden = new URL(`./help/${command}.txt`, import.meta.url)
    const { code, out, err } = await run([command, '--help'])
    if (process.env['UPDATE_HELP']) writeFileSync(golden, out)
    t.strictSame({ code, err }, { code: 0, err: '' })
    t.equal(out, readFileSync(golden, 'utf8'))
    t.equal((await run([command, '-h', '--no-such-flag'])).out, out, 'whatever else stands there')
  })
}

t.test('without a command, the help is that of serve and names every other command', async t => {
  const { out } = await run(['--help'])
  t.equal(out, (await run(['serve', '--help'])).out)
  for (const command of commands) t.match(out, command)
})

t.test('--version says the version of the package', async t => {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  for (const args of [['--version'], ['serve', '--version'], ['validate', '--version']])
    t.strictSame(await run(args), { code: 0, out: `${version}\n`, err: '' })
})

const misspelt: [args: string[], message: string][] = [
  [['--prot', '1'], 'unknown flag --prot, did you mean --port?'],
  [['serve', '--fixture=x'], 'unknown flag --fixture, did you mean --fixtures?'],
  [['exec', '--fail-on-unmached', '--', 'true'], 'unknown flag --fail-on-unmached, did you mean --fail-on-unmatched?'],
  [['healthcheck', '--hots', 'x'], 'unknown flag --hots, did you mean --host?'],
  [['validate', '--port', '1'], 'unknown flag --port'],
  [['init', '--force'], 'unknown flag --force'],
  [['--no-watch'], 'unknown flag --no-watch'],
  [['-p', '1'], 'unknown flag -p'],
  [['--constructor'], 'unknown flag --constructor'],
  [['--__proto__=1'], 'unknown flag --__proto__'],
  [['--port'], '--port needs a value: N'],
  [['--watch=true'], '--watch takes no value'],
  [['sreve'], 'unknown command "sreve", did you mean "serve"?'],
  [['helthcheck'], 'unknown command "helthcheck", did you mean "healthcheck"?'],
  [['./fixtures'], 'unknown command "./fixtures"; the commands are serve, validate, exec, init, healthcheck'],
  [['serve', 'fixtures'], 'serve takes no argument, found "fixtures"'],
  [['serve', '--', 'fixtures'], 'serve takes no argument, found "fixtures"'],
  [['init', 'one', 'two'], 'init takes one folder'],
  [['healthcheck', '4010'], 'healthcheck takes no argument, found "4010"'],
  [['exec'], 'exec needs a command behind --'],
  [['exec', '--'], 'exec needs a command behind --'],
  [['exec', 'npm', 'test'], 'exec needs a command behind --'],
  [['exec', 'npm', '--', 'test'], 'exec needs a command behind --'],
]
for (const [args, message] of misspelt) {
  t.test(`"${args.join(' ')}" cannot be followed: ${message}`, async t => {
    const { code, out, err } = await run(args, serveAnywhere)
    t.strictSame({ code, out }, { code: 2, out: '' })
    t.equal(err.slice(0, message.length), message)
    t.ok(err.endsWith('\nTry orq-agents-mock --help.\n'), err)
  })
}

/** Flags that take any text. */
const free = [
  ...['fixtures', 'host', 'port-file', 'tls-cert', 'tls-key', 'seed', 'api-key', 'admin-token'],
  ...['allow-host', 'cors-origin'],
]
const bad: Record<string, string[]> = {
  port: ['-1', '65536', '80a', '40.5', '1e3', ' 80'],
  'base-path': ['orq', '/orq?x', '/orq#x', '/a b', '//', '/a/../b'],
  'require-fixtures': ['yes'],
  watch: ['yes', '2', 'TRUE'],
  unmatched: ['none', 'Echo'],
  pace: ['fast', 'first=300', 'first=1s,second=2s', 'first=1s each=1s', 'jitter=2', 'jitter=', 'first', 'first=1s=2s'],
  hold: ['-1', '3 s', 'forever', '1.5'],
  clock: ['fake'],
  'max-body': ['0', '-1', '20 megabytes', '1.5mb'],
  'max-tasks': ['0', '-1', 'many'],
  'max-workspaces': ['0', '-1', 'many'],
  'max-requests': ['0', '-1', 'many'],
  'max-journal-bytes': ['-1', 'much'],
  'max-streams': ['0', '-1', '1.5'],
  'log-level': ['debug', 'INFO'],
  'fail-on-unmatched': ['maybe'],
  'fail-on-unused': ['maybe'],
  'fail-on-no-requests': ['maybe'],
}

t.test('the table of bad values has every flag', async t => {
  t.strictSame(Object.keys(bad).sort(), [...flags.exec.keys()].filter(name => !free.includes(name)).sort())
})

const variableOf = (flag: string) => `ORQ_MOCK_${flag.toUpperCase().replaceAll('-', '_')}`
const commandWith = (flag: string) => (flags.serve.has(flag) ? ['serve'] : ['exec'])

for (const [flag, values] of Object.entries(bad)) {
  for (const value of values) {
    t.test(`"${value}" is not taken for --${flag}, nor for its variables`, async t => {
      const command = commandWith(flag)
      const rest = command[0] === 'exec' ? ['--', 'true'] : []
      const others = flags.exec.get(flag)?.env ?? []
      for (const variable of [variableOf(flag), ...others, ...(flag === 'port' ? ['PORT'] : [])]) {
        const { code, err } = await run([...command, ...rest], {
          ...(flag === 'port' ? {} : serveAnywhere),
          [variable]: value,
        })
        t.equal(code, 2)
        t.match(err, `${variable}: must be `)
        t.match(err, `found "${value}"`)
      }
      if (flag === 'watch' || flag === 'require-fixtures' || flag.startsWith('fail-on')) return
      const { code, err } = await run([...command, `--${flag}=${value}`, ...rest], serveAnywhere)
      t.equal(code, 2)
      t.match(err, `--${flag}: must be `)
    })
  }
}

for (const [name, { value }] of flags.serve) {
  if (value === undefined) continue
  t.test(`--${name} "" is refused: it is what a shell makes of a variable that is not set`, async t => {
    const { code, err } = await run([`--${name}=`], serveAnywhere)
    t.equal(code, 2)
    t.match(err, `--${name}`)
    t.equal(
      (await run(['validate'], { ...serveAnywhere, [variableOf(name)]: '' })).code,
      0,
      'an empty variable is none',
    )
  })
}

const taken: [flag: string, one: string, other: string, asOne: unknown, asOther: unknown][] = [
  ['fixtures', 'a, b', 'c', ['a', 'b'], ['c']],
  ['port', '1', '2', 1, 2],
  ['host', 'one', 'other', 'one', 'other'],
  ['port-file', 'one', 'other', 'one', 'other'],
  ['unmatched', 'echo', 'error', 'echo', 'error'],
  [
    'pace',
    'realistic',
    'first=1s,jitter=0.5',
    { headersMs: 0, firstMs: 300, eachMs: 30, jitter: 0.2 },
    { headersMs: 0, firstMs: 1000, eachMs: 0, jitter: 0.5 },
  ],
  ['hold', '2', '3s', { kind: 'polls', polls: 2 }, { kind: 'time', forMs: 3000 }],
  ['seed', 'one', 'other', 'one', 'other'],
  ['clock', 'manual', 'real', 'manual', 'real'],
  ['api-key', 'a,b', 'c', ['a', 'b'], ['c']],
  ['admin-token', 'one', 'other', 'one', 'other'],
  ['allow-host', 'a.test,b.test', 'c.test', ['a.test', 'b.test'], ['c.test']],
  ['cors-origin', 'https://a.test', 'https://b.test', 'https://a.test', 'https://b.test'],
  ['max-body', '512kb', '20MB', 512 * 1024, 20 * 1024 ** 2],
  ['max-tasks', '1', '2', 1, 2],
  ['max-workspaces', '1', '2', 1, 2],
  ['max-requests', '1', '2', 1, 2],
  ['max-journal-bytes', '1000', '1gb', 1000, 1024 ** 3],
  ['max-streams', '1', '2', 1, 2],
  ['log-level', 'silent', 'info', 'silent', 'info'],
]
for (const [flag, one, other, asOne, asOther] of taken) {
  t.test(`--${flag} goes over ${variableOf(flag)}, and that over the default`, async t => {
    const read = (args: string[], env: NodeJS.ProcessEnv) =>
      new Map(
        Object.entries(parseFlags(options, args, env).values).map(([name, value]) => [flagName(name), value]),
      ).get(flag)
    t.equal(read([], {}), undefined)
    t.strictSame(read([], { [variableOf(flag)]: one }), asOne)
    t.strictSame(read([`--${flag}`, other], { [variableOf(flag)]: one }), asOther)
    t.strictSame(read([`--${flag}=${one}`, `--${flag}=${other}`], {}), Array.isArray(asOne) ? [one, other] : asOther)
  })
}

t.test('--port goes over ORQ_MOCK_PORT, that over PORT, and that over 4010; and so with HOST', async t => {
  const { values: port } = parseFlags(options, ['--port', '1'], { ORQ_MOCK_PORT: '2', PORT: '3' })
  t.equal(port.port, 1)
  t.equal(parseFlags(options, [], { ORQ_MOCK_PORT: '2', PORT: '3' }).values.port, 2)
  t.equal(parseFlags(options, [], { ORQ_MOCK_PORT: '', PORT: '3' }).values.port, 3)
  t.equal(parseFlags(options, [], { ORQ_MOCK_HOST: 'b', HOST: 'c' }).values.host, 'b')
  t.equal(parseFlags(options, [], { HOST: 'c' }).values.host, 'c')
  await occupy(t, 4010)
  const { code, err } = await run([])
  t.equal(code, 4)
  t.match(err, 'port 4010 is in use')
})

t.test('on exec, PORT is the business of the child: the mock takes a free one', async t => {
  t.equal(parseFlags(execFlags, [], { PORT: '3000' }).values.port, undefined)
  t.equal(parseFlags(execFlags, [], { ORQ_MOCK_PORT: '3000' }).values.port, 3000)
})

t.test('a variable that looks like ours and is not is warned of, and no more', async t => {
  const env = { ...serveAnywhere, ORQ_MOCK_FIXTURE: 'x', ORQ_MOCK_MAX_TASK: '1', ORQ_MOCK_XYZZY: '1', ORQ_API_KEY: 'k' }
  for (const command of ['serve', 'validate']) {
    const { code, err } = await run([command], env)
    t.equal(code, 0)
    t.match(err, 'warning: unknown variable ORQ_MOCK_FIXTURE, did you mean ORQ_MOCK_FIXTURES?\n')
    t.match(err, 'warning: unknown variable ORQ_MOCK_MAX_TASK, did you mean ORQ_MOCK_MAX_TASKS?\n')
    t.match(err, 'warning: unknown variable ORQ_MOCK_XYZZY\n')
    t.notMatch(err, 'ORQ_API_KEY')
  }
})

t.test('every variable that some help names is known', async t => {
  const helps = await Promise.all(commands.map(command => run([command, '--help'])))
  const named = helps.flatMap(({ out }) => out.match(/ORQ_MOCK_\w+/g) ?? [])
  const env = Object.fromEntries(named.map(name => [name, '']))
  t.equal((await run(['validate'], env)).err, '')
})

t.test('on a terminal a request is one short line, elsewhere it is JSON', async t => {
  const whileServing = async (url: string) => {
    const headers = { authorization: 'Bearer k', 'content-type': 'application/json' }
    const body = JSON.stringify({ message: user('capabilities') })
    await (await fetch(`${url}/v2/agents/customer_support/responses`, { method: 'POST', headers, body })).text()
  }
  const person = await run([], serveAnywhere, { terminal: true, whileServing })
  t.match(person.err, /^customer_support → capabilities, sync, 200, \d+ ms\n$/)
  const program = await run([], serveAnywhere, { whileServing })
  t.match(JSON.parse(program.err), {
    level: 'info',
    agent: 'customer_support',
    script: 'capabilities',
    mode: 'sync',
    status: 200,
  })
  t.equal((await run(['--log-level', 'warn'], serveAnywhere, { whileServing })).err, '')
})

async function occupy(t: Test, port: number): Promise<void> {
  const server = createServer()
  t.teardown(() => server.close())
  await new Promise<void>(resolve => server.once('error', () => resolve()).listen(port, '127.0.0.1', () => resolve()))
}
