import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import { FixtureError, startMock, type MockOptions } from '../src/index.ts'
import { readOptions } from '../src/options/read.ts'
import { guestOptions } from '../src/options/table.ts'
import { saying, started } from './library.ts'

type Name = keyof typeof guestOptions

/** What startMock rejects with. */
async function refusal(options: unknown): Promise<Error> {
  const [error] = await startMock(options as MockOptions).then(
    async mock => [await mock.close().then(() => new Error('it started'))],
    (error: unknown) => [error as Error],
  )
  return error!
}

const never: unknown[] = [null, () => 1, Symbol('x'), new Map(), new Date(0), Promise.resolve(1)]
const noText = [...never, '', 5, NaN, true, {}, [], ['one']]
const noTexts = [...never, '', 5, true, {}, [''], [5], ['one', null], [['one']], [undefined]]
const noToggle = [...never, '', 'true', 'yes', '1', 0, 1, {}, [], [true]]
const noWhole = [...never, '', '1', 'ten', 10n, -1, 1.5, NaN, Infinity, 2 ** 53, true, {}, [], [1]]
const noSize = [...never, '', 'ten', '-1', '1.5mb', '20 parsecs', 10n, -1, 1.5, NaN, Infinity, 2 ** 60, true, {}, [1]]

/** For every option: values that it is not, the words that say what it must be, and values that it is, with what is made of them. */
const table: Record<
  Exclude<Name, 'fixtures'>,
  [wrong: unknown[], mustBe: string, right: [given: unknown, read: unknown][]]
> = {
  port: [[...noWhole, 65_536], 'a whole number from 0 to 65535', [[0, 0]]],
  host: [noText, 'a text that is not empty', [['localhost', 'localhost']]],
  portFile: [noText, 'a text that is not empty', [['./port', './port']]],
  basePath: [
    [
      ...noText,
      'orq',
      '/orq?x',
      '/or#q',
      '/a b',
      '/a//b',
      '/../x',
      '/./x',
      '/a/..',
      '//',
      '/{key}',
      '/:key',
      '/*',
      'http://x/orq',
    ],
    'a path such as /orq, of letters, digits and -._~ between its slashes; found',
    [
      ['/orq', '/orq'],
      ['/orq/', '/orq'],
      ['/a/b-c/v1.0/~me/_', '/a/b-c/v1.0/~me/_'],
      ['/', ''],
    ],
  ],
  tlsCert: [noText, 'a text that is not empty', [['./cert.pem', './cert.pem']]],
  tlsKey: [noText, 'a text that is not empty', [['./key.pem', './key.pem']]],
  requireFixtures: [noToggle, 'true or false, found', [[true, true]]],
  watch: [noToggle, 'true or false, found', [[true, true]]],
  unmatched: [[...never, '', 'eco', 'Echo', 1, ['echo']], 'error or echo', [['echo', 'echo']]],
  pace: [
    [...never, '', 'fast', 'first=300', 3, true, []],
    'instant, realistic, or as in first=300ms,each=30ms,jitter=0.2; found',
    [
      ['realistic', { headersMs: 0, firstMs: 300, eachMs: 30, jitter: 0.2 }],
      ['first=1s,jitter=0.5', { headersMs: 0, firstMs: 1000, eachMs: 0, jitter: 0.5 }],
      [{ each: '1s' }, { headersMs: 0, firstMs: 0, eachMs: 1000, jitter: 0 }],
    ],
  ],
  hold: [
    [...never, '', 'manul', 'forever', '1.5', -1, 1.5, NaN, Infinity, true, []],
    'a number of polls, a duration such as 3s, or manual; found',
    [
      ['manual', { kind: 'manual' }],
      [3, { kind: 'polls', polls: 3 }],
      ['3', { kind: 'polls', polls: 3 }],
      ['2s', { kind: 'time', forMs: 2000 }],
      [{ polls: 2 }, { kind: 'polls', polls: 2 }],
      [{ for: '1.5m' }, { kind: 'time', forMs: 90_000 }],
    ],
  ],
  seed: [noText, 'a text that is not empty', [['x', 'x']]],
  clock: [[...never, '', 'manul', 1, true, {}], 'real or manual', [['manual', 'manual']]],
  apiKey: [
    [...noTexts, []],
    'a text or a list of at least one, none of them empty; found',
    [
      ['one', ['one']],
      [Object.freeze(['one', 'two']), ['one', 'two']],
    ],
  ],
  adminToken: [noText, 'a text that is not empty', [['x', 'x']]],
  allowHost: [
    noTexts,
    'a text or a list of texts, none of them empty; found',
    [
      ['a.test', ['a.test']],
      [
        ['a.test', 'b.test'],
        ['a.test', 'b.test'],
      ],
      [[], []],
    ],
  ],
  corsOrigin: [noText, 'a text that is not empty', [['https://a.test', 'https://a.test']]],
  maxBody: [
    [...noSize, 0, '0'],
    'a size such as 512kb or 20mb, or a number of bytes from 1 on; found',
    [
      ['10mb', 10 * 2 ** 20],
      ['10', 10],
      [400, 400],
    ],
  ],
  maxTasks: [[...noWhole, 0], 'a whole number from 1 on', [[1, 1]]],
  maxWorkspaces: [[...noWhole, 0], 'a whole number from 1 on', [[1, 1]]],
  maxRequests: [[...noWhole, 0], 'a whole number from 1 on', [[1, 1]]],
  maxJournalBytes: [
    noSize,
    'a size such as 512kb or 20mb, or a number of bytes from 0 on; found',
    [
      ['1KB', 1024],
      [0, 0],
    ],
  ],
  maxStreams: [[...noWhole, 0], 'a whole number from 1 on', [[1, 1]]],
  logLevel: [[...never, '', 'debug', 'INFO', 1], 'silent or error or warn or info', [['warn', 'warn']]],
}

t.test('the table has every option', async t => {
  t.strictSame(['fixtures', ...Object.keys(table)].sort(), Object.keys(guestOptions).sort())
})

for (const [name, [wrong, mustBe, right]] of Object.entries(table)) {
  t.test(`${name} must be ${mustBe}: anything else is a TypeError that names it`, async t => {
    for (const value of wrong) {
      const error = await refusal({ [name]: value })
      t.type(error, TypeError, error.message)
      t.ok(error.message.startsWith(`${name} must be ${mustBe}`), error.message)
      t.match(error.message, /[,;] found \S/)
    }
  })
  t.test(`${name} takes what its type says, and the words of the flag`, async t => {
    for (const [given, read] of right) t.strictSame(readOptions(guestOptions, { [name]: given }), { [name]: read })
    t.strictSame(readOptions(guestOptions, { [name]: undefined }), {}, 'undefined is not given')
  })
}

const told: [options: unknown, message: string][] = [
  [{ fixture: [] }, 'unknown option "fixture", did you mean "fixtures"?'],
  [{ prot: 1 }, 'unknown option "prot", did you mean "port"?'],
  [{ 'max-body': 1 }, 'unknown option "max-body", did you mean "maxBody"?'],
  [{ max_tasks: 1 }, 'unknown option "max_tasks", did you mean "maxTasks"?'],
  [{ failOnUnmatched: true }, 'unknown option "failOnUnmatched"'],
  [{ log: console }, 'unknown option "log"'],
  [{ keepAliveMs: undefined }, 'unknown option "keepAliveMs"'],
  [{ constructor: 1 }, 'unknown option "constructor"'],
  [JSON.parse('{ "__proto__": 1 }'), 'unknown option "__proto__"'],
  [{ unmatched: 'eco' }, 'unmatched must be error or echo, found "eco", did you mean "echo"?'],
  [{ clock: 'manul' }, 'clock must be real or manual, found "manul", did you mean "manual"?'],
  [
    { hold: 'manul' },
    'hold must be a number of polls, a duration such as 3s, or manual; found "manul", did you mean "manual"?',
  ],
  [{ hold: { poll: 2 } }, 'hold unknown key "poll", did you mean "polls"?'],
  [{ hold: { polls: -1 } }, 'hold polls must be a number of polls, found -1'],
  [
    { pace: { frist: '1s', each: 3 } },
    'pace unknown key "frist", did you mean "first"?; each must be a duration: a number with ms, s or m or an object with p50, found 3',
  ],
  [{ apiKeys: [''] }, 'apiKeys must be a text or a list of at least one, none of them empty; found ""'],
  [{ apiKeys: 'a', apiKey: 'b' }, 'apiKey is given twice, once by its former name'],
  [
    { clock: 'x', prot: 1, port: '1' },
    'clock must be real or manual, found "x"\nunknown option "prot", did you mean "port"?\nport must be a whole number from 0 to 65535, found "1"',
  ],
  [null, 'the options must be an object, found null'],
  [[], 'the options must be an object, found an empty list'],
  ['./fixtures', 'the options must be an object, found "./fixtures"'],
  [5, 'the options must be an object, found 5'],
  [() => ({}), 'the options must be an object, found a function'],
  [Promise.resolve({}), 'the options must be an object, found a Promise'],
  [new Map(), 'the options must be an object, found a Map'],
]
for (const [options, message] of told) {
  t.test(message, async t => {
    const error = await refusal(options)
    t.type(error, TypeError)
    t.equal(error.message, message)
  })
}

t.test('fixtures that are wrong are a FixtureError, and each is named', async t => {
  for (const fixtures of [
    null,
    5,
    true,
    '',
    () => 1,
    {},
    [null],
    ['', saying('a', 'A')],
    [[saying('a', 'A')]],
    new Map(),
  ]) {
    const error = await refusal({ fixtures })
    t.type(error, FixtureError, error.message)
    t.match(error.message, /^fixtures\[0\]/)
  }
})

t.test('the former names are still taken', async t => {
  t.strictSame(readOptions(guestOptions, { apiKeys: 'one' } as object, { apiKeys: 'apiKey' }), { apiKey: ['one'] })
  const mock = await started(t, { apiKeys: ['one'], allowHosts: ['a.test'] })
  const headers = { authorization: 'Bearer other', 'content-type': 'application/json' }
  const reply = await fetch(`${mock.url}/v2/agents/a/responses`, { method: 'POST', headers, body: '{}' })
  t.equal(reply.status, 401)
})

t.test('a list that changes later changes nothing', async t => {
  const apiKey = ['one']
  const read = readOptions(guestOptions, { apiKey })
  apiKey.push('two')
  t.strictSame(read, { apiKey: ['one'] })
})

t.test('a port in use rejects in words, with the code of the system', async t => {
  const other = createServer()
  await once(other.listen(0, '127.0.0.1'), 'listening')
  t.teardown(() => other.close())
  const { port } = other.address() as AddressInfo
  const error = await refusal({ port })
  t.match(error, { code: 'EADDRINUSE', port, cause: Error })
  t.match(error.message, `port ${port} is in use: stop what listens there, or take another`)
})

t.test('a host that is none of this machine is named', async t => {
  for (const host of ['192.0.2.1', 'no-such-host.invalid'])
    t.match((await refusal({ host })).message, `"${host}" is no address of this machine`)
})

t.test('portFile holds the port once it is open', async t => {
  const portFile = join(t.testdir({}), 'port')
  const { url } = await started(t, { portFile })
  t.equal(readFileSync(portFile, 'utf8'), `${new URL(url).port}\n`)
})

const calls: [call: string, wrong: unknown[], message: RegExp][] = [
  ['as', [undefined, null, '', 5, {}], /^key must be a text that is not empty, found /],
  ['advance', [undefined, null, '1000', -1, 0.5, NaN, Infinity], /^ms must be a whole number from 0 on, found /],
]
for (const [call, wrong, message] of calls) {
  t.test(`${call}() takes nothing else than it says`, async t => {
    const mock = await started(t, { clock: 'manual' })
    const method = (mock as unknown as Record<string, (given: unknown) => unknown>)[call]!
    for (const value of wrong) t.throws(() => method(value), { name: 'TypeError', message })
  })
}

t.test('verify() refuses options that it does not have', async t => {
  const mock = await started(t)
  const options = { orderd: true } as object
  await t.rejects(mock.verify([{ script: 'x', never: true }], options), {
    message: 'unknown option "orderd", did you mean "ordered"?',
  })
  await t.rejects(mock.verify([{ script: 'x', never: true }], { ordered: 'yes' as unknown as boolean }), {
    name: 'TypeError',
    message: /^ordered must be true or false/,
  })
})
