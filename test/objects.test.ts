import vm from 'node:vm'
import t from 'tap'
import { FixtureError, startMock, type Fixture } from '../src/index.ts'
import { controlOf } from './control.ts'
import { start } from './kit.ts'

/** What a program may give for a fixture, and JSON has not. */
class Order {
  total = 42
}
const circle: Record<string, unknown> = {}
circle['itself'] = [circle]
const nested = (levels: number, inner: unknown = 1) => {
  let value = inner
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { value }
  return value
}
const doubled = (times: number) => {
  let value: unknown = [1]
  for (let time = 0; time < times; time += 1) value = [value, value]
  return value
}
const throwing = Object.defineProperty({}, 'x', {
  enumerable: true,
  get() {
    throw new Error('not now')
  },
})
const refusing = new Proxy(
  {},
  {
    ownKeys() {
      throw new TypeError('no keys')
    },
  },
)

const at = 'fixtures[0].scripts[0].steps[0].data.value'
const values: [what: string, value: unknown, told: string][] = [
  ['a circle', circle, `${at}.itself[0]  holds itself`],
  ['a BigInt', { big: 1n }, `${at}.big  must be JSON, found a bigint`],
  ['a function', () => 1, `${at}  must be JSON, found a function`],
  ['a symbol', [Symbol('s')], `${at}[0]  must be JSON, found a symbol`],
  ['a symbol for a key', { [Symbol('s')]: 1 }, `${at}  must be JSON, found a symbol for a key`],
  ['undefined', { key: undefined }, `${at}.key  must be JSON, found undefined`],
  ['undefined in a list', [1, undefined], `${at}[1]  must be JSON, found undefined`],
  // eslint-disable-next-line no-sparse-arrays
  ['a list with holes', [1, , 3], `${at}[1]  must be JSON, found undefined`],
  ['a Date', new Date(), `${at}  must be JSON, found an object of the class Date`],
  ['a Map', { map: new Map() }, `${at}.map  must be JSON, found an object of the class Map`],
  ['bytes', Buffer.from('x'), `${at}  must be JSON, found an object of the class Buffer`],
  ['an instance of a class', new Order(), `${at}  must be JSON, found an object of the class Order`],
  [
    'an object with a prototype of its own',
    { __proto__: { x: 1 } },
    `${at}  must be JSON, found an object of the class Object`,
  ],
  ['a getter that throws', throwing, `${at}.x  cannot be read: not now`],
  ['a proxy that throws', refusing, `${at}  cannot be read: no keys`],
  ['NaN', { x: [NaN] }, `${at}.x[0]  must be a finite number`],
  ['infinity', -Infinity, `${at}  must be a finite number`],
  ['5,000 levels', nested(5000), 'is nested deeper than 500 levels'],
  [
    'what is deep only in one of its places',
    [nested(300), nested(300, circle['x'] ?? nested(300))],
    'is nested deeper than 500 levels',
  ],
  ['a list that doubles 30 times', doubled(30), 'repeats more than 1,000,000 values that stand elsewhere'],
]

const saying = (value: unknown): Fixture => ({ scripts: [{ name: 'one', steps: [{ data: { value } }] }] })

for (const [what, value, told] of values) {
  t.test(`${what} in a fixture is a fault with its place`, async t => {
    const error = await startMock({ fixtures: saying(value) }).catch((found: unknown) => found)
    if (!(error instanceof FixtureError)) return void t.fail('no FixtureError', { found: error })
    t.ok(error.message.startsWith('fixtures[0].scripts[0].steps[0].data.value'), error.message)
    t.match(error.message, told)
  })
}

t.test('a fixture as a whole may be one of these too', async t => {
  for (const fixture of [circle, new Date(), () => 1, 1n, undefined, refusing])
    await t.rejects(startMock({ fixtures: [fixture as unknown as Fixture] }), FixtureError)
})

const sound: [what: string, value: unknown][] = [
  ['one object in several places', { one: circle['none'] ?? [1], other: [[1], [1]] }],
  ['480 levels', nested(480)],
  ['objects without a prototype', Object.assign(Object.create(null) as object, { x: 1 })],
  ['objects of another realm', vm.runInNewContext('({ list: [ { x: 1 } ] })')],
  ['a key of the name __proto__', JSON.parse('{ "__proto__": { "x": 1 } }')],
  [
    'a getter',
    {
      get x() {
        return 1
      },
    },
  ],
]
const shared = { list: [1, { x: 2 }] }

for (const [what, value] of [...sound, ['what stands in two places', [shared, shared]] as const]) {
  t.test(`${what} can be played`, async t => {
    const { client } = await start(t, { fixtures: [saying(value)] })
    const { status, body } = await client.say('Hi.')
    t.equal(status, 200)
    t.equal(JSON.stringify(body.output[0].parts[0].data), JSON.stringify({ value }))
  })
}

t.test('a fixture is taken as it is when the mock starts', async t => {
  const fixture = saying('before')
  const { client } = await start(t, { fixtures: [fixture] })
  ;(fixture.scripts[0]!.steps![0] as { data: Record<string, unknown> }).data['value'] = 'after'
  t.match((await client.say('Hi.')).body.output[0].parts[0], { data: { value: 'before' } })
})

const bad = { nmae: 'x', steps: [] }
const many: [what: string, put: unknown, total: number][] = [
  ['200,000 bad scripts', { scripts: Array.from({ length: 200_000 }, () => bad) }, 400_000],
  ['200,000 numbers for scripts', { scripts: Array.from({ length: 200_000 }, () => 1) }, 200_000],
  [
    '200,000 bad steps',
    { scripts: [{ name: 'one', steps: Array.from({ length: 200_000 }, () => ({ sya: 1 })) }] },
    200_000,
  ],
  ['20,000 bad fixtures', Array.from({ length: 20_000 }, () => ({})), 20_000],
  ['200,000 fixtures', Array.from({ length: 200_000 }, () => ({})), 1],
]
for (const [what, put, total] of many) {
  t.test(`${what} are refused with the first hundred faults and their number`, async t => {
    const { url } = await start(t, { fixtures: [saying(1)] })
    const { status, body } = await controlOf(url, 'key').put('/fixtures', put)
    t.equal(status, 422)
    t.equal(body.mock.total, total)
    t.equal(body.mock.faults.length, Math.min(total, 100))
    if (total > 100) t.match(body.message, `and ${(total - 100).toLocaleString('en')} more faults`)
  })
}

t.test('a put fixture of 480 levels plays, and one of more is refused', async t => {
  const { url, client } = await start(t, { fixtures: [saying(1)] })
  const control = controlOf(url, client.key)
  t.equal((await control.put('/fixtures', saying(nested(480)))).status, 200)
  t.equal((await client.say('Hi.')).status, 200)
  t.equal((await control.put('/fixtures', saying(nested(500)))).status, 400, 'as a body is')
})
