import t, { type Test } from 'tap'
import type { Expectation } from '../src/admin/expectation.ts'
import { controlOf } from './control.ts'
import { fixture, start, user, type Started } from './kit.ts'

const shop = fixture([
  { name: 'order', when: { text: 'order' }, steps: [{ say: 'One moment.' }] },
  { name: 'busy', when: { text: 'busy' }, http: { status: 503 } },
  { name: 'refund', when: { text: 'refund' }, steps: [{ say: 'Here it is.' }] },
  { name: 'stroll', when: { text: 'stroll' }, steps: [{ say: 'Have a look.' }] },
])
const key = 'test-key'

/** order, nothing, refund, order, a busy one, and a body that is refused; and polls, which count for nothing. */
async function shopping(t: Test, settings: object = {}): Promise<Started> {
  const started = await start(t, { fixtures: [shop], ...settings })
  const { client } = started
  const { body } = await client.say('I want to ORDER a lamp', {}, 'shop')
  await client.say('nothing of that', {}, 'shop')
  await client.say('Give me a refund', {}, 'shop@2.0.0')
  await client.get(body.task_id, 'shop')
  await client.say('order again', { background: true }, 'stall')
  await client.post({ message: user('busy'), stream: true }, 'stall')
  await client.post({ message: {} }, 'stall')
  return started
}

const { url } = await shopping(t)
const control = controlOf(url, key)

const expectations: [expectation: Expectation, found: number, holds: boolean][] = [
  [{ script: 'order' }, 2, true],
  [{ script: 'order', count: 2 }, 2, true],
  [{ script: 'order', count: 1 }, 2, false],
  [{ script: 'order', count: 3 }, 2, false],
  [{ script: 'order', at_least: 2 }, 2, true],
  [{ script: 'order', at_least: 3 }, 2, false],
  [{ script: 'order', never: true }, 2, false],
  [{ script: 'busy' }, 1, true],
  [{ script: 'stroll' }, 0, false],
  [{ script: 'stroll', count: 0 }, 0, true],
  [{ script: 'stroll', never: true }, 0, true],
  [{ agent: 'shop', count: 3 }, 3, true],
  [{ agent: 'shop@2.0.0', count: 1 }, 1, true],
  [{ agent: 'shop@3.0.0', never: true }, 0, true],
  [{ agent: 'stall', count: 3 }, 3, true],
  [{ agent: 'sho', never: true }, 0, true],
  [{ text: 'order', count: 2 }, 2, true],
  [{ text: 'OF THAT', count: 1 }, 1, true],
  [{ text: 'poll', never: true }, 0, true],
  [{ text: '', count: 5 }, 5, true],
  [{ script: 'order', agent: 'stall', count: 1 }, 1, true],
  [{ script: 'order', agent: 'shop', text: 'lamp', count: 1 }, 1, true],
  [{ script: 'refund', agent: 'stall', never: true }, 0, true],
  [{ count: 6 }, 6, true],
  [{ at_least: 7 }, 6, false],
]
for (const [expectation, found, holds] of expectations) {
  t.test(`${JSON.stringify(expectation)} ${holds ? 'holds' : 'does not hold'}`, async t => {
    const { status, body } = await control.post('/verify', [expectation])
    t.equal(status, holds ? 200 : 422)
    t.match(holds ? body.findings : body.mock.findings, [{ expected: String, found, holds }])
  })
}

const orders: [expectations: Expectation[], holds: boolean][] = [
  [[{ script: 'order' }, { script: 'refund' }, { script: 'order' }], true],
  [[{ script: 'order' }, { script: 'refund' }, { script: 'order' }, { script: 'order' }], false],
  [[{ script: 'refund' }, { script: 'order' }, { script: 'busy' }], true],
  [[{ script: 'busy' }, { script: 'refund' }], false],
  [[{ script: 'order', at_least: 2 }, { script: 'busy' }], true],
  [[{ script: 'order', at_least: 2 }, { script: 'refund' }], false],
  [[{ text: 'nothing' }, { script: 'refund', count: 1 }, { agent: 'stall' }], true],
  [[{ script: 'stroll', never: true }, { script: 'busy' }], true],
  [[{ script: 'order' }, { script: 'stroll' }], false],
]
for (const [list, holds] of orders) {
  t.test(`in this order, ${JSON.stringify(list)} ${holds ? 'holds' : 'does not hold'}`, async t => {
    t.equal((await control.post('/verify?ordered=true', list)).status, holds ? 200 : 422)
  })
}

t.test('without ordered, the order of the expectations does not matter', async t => {
  t.equal((await control.post('/verify', [{ script: 'busy' }, { script: 'refund' }])).status, 200)
  t.equal((await control.post('/verify?ordered=false', [{ script: 'busy' }, { script: 'refund' }])).status, 200)
})

t.test('what does not hold is told so that a person can read it', async t => {
  const { status, body } = await control.post('/verify', [
    { script: 'order', count: 2 },
    { script: 'refund', agent: 'stall' },
    { text: 'order', never: true },
    { script: 'order', at_least: 5 },
  ])
  t.equal(status, 422)
  t.equal(body.mock.code, 'not_verified')
  t.equal(
    body.message,
    `Not verified: 3 of 4 expectations do not hold.
- expected script "refund", agent "stall" at least once; came never. The nearest other requests:
    #3 shop@2.0.0: "Give me a refund" → refund; agent: expected "stall", found "shop@2.0.0"
    #5 stall: "order again" → order; script: expected "refund", found "order"
    #6 stall: "busy" → busy; script: expected "refund", found "busy"
- expected text "order" never; came 2 times. These came: #1, #5.
- expected script "order" at least 5 times; came 2 times. The nearest other requests:
    #2 shop: "nothing of that" → no script; script: expected "order", found nothing
    #3 shop@2.0.0: "Give me a refund" → refund; script: expected "order", found "refund"
    #6 stall: "busy" → busy; script: expected "order", found "busy"
The journal holds 6 turns:
  #1 shop: "I want to ORDER a lamp" → order
  #2 shop: "nothing of that" → no script
  #3 shop@2.0.0: "Give me a refund" → refund
  #5 stall: "order again" → order
  #6 stall: "busy" → busy
  #7 stall: a request that was refused → no script`,
  )
  t.strictSame(
    body.mock.findings.map(({ holds }: { holds: boolean }) => holds),
    [true, false, false, false],
  )
})

t.test('an empty journal is told as such', async t => {
  const { body } = await controlOf(url, 'another key').post('/verify', [{ script: 'order' }])
  t.equal(
    body.message,
    `Not verified: 1 of 1 expectation does not hold.
- expected script "order" at least once; came never. No other request came.
The journal holds 0 turns.`,
  )
})

t.test('of a long journal the latest turns are told, and long texts are cut', async t => {
  const started = await start(t, { fixtures: [shop] })
  for (let count = 0; count < 30; count += 1) await started.client.say(`${count} ${'x'.repeat(200)}`)
  const { body } = await controlOf(started.url, key).post('/verify', [{ script: 'order' }])
  const lines = (body.message as string).split('\n')
  t.ok(lines.every(line => line.length < 250))
  t.match(body.message, 'The journal holds 30 turns')
  t.match(lines.at(-1), /^ {2}#30 support: "29 x+…" → no script$/)
  t.notMatch(body.message, '  #10 ')
})

t.test('when requests fell out of the journal, no account claims what cannot be known', async t => {
  const started = await shopping(t, { maxRequests: 3 })
  const control = controlOf(started.url, key)
  const unknown: Expectation[] = [
    { script: 'busy', count: 1 },
    { script: 'stroll', never: true },
    { script: 'stroll', count: 0 },
    { text: 'order', count: 1 },
  ]
  for (const expectation of unknown) {
    const { status, body } = await control.post('/verify', [expectation])
    t.equal(status, 422, JSON.stringify(expectation))
    t.match(body.message, /^4 older requests fell out of the journal, .*--max-requests/m)
  }
  t.equal((await control.post('/verify', [{ script: 'busy' }])).status, 200, 'what was seen can be told')
  t.equal((await control.post('/verify', [{ script: 'order', at_least: 1 }])).status, 200)
  const { status, body } = await control.post('/verify', [{ script: 'refund' }])
  t.equal(status, 422)
  t.match(body.message, 'fell out of the journal', 'it may have come')
})

t.test('a bound that is broken already stays broken, whatever fell out', async t => {
  const started = await shopping(t, { maxRequests: 3 })
  t.equal((await controlOf(started.url, key).post('/verify', [{ script: 'order', never: true }])).status, 422)
})

const mistakes: [what: string, body: unknown, words: RegExp][] = [
  ['a misspelt key', [{ script: 'order' }, { scirpt: 'order' }], /\[1\].*scirpt/],
  ['a bound with a misspelt name', [{ script: 'order', atLeast: 2 }], /\[0\].*atLeast/],
  ['two bounds', [{ script: 'order', count: 1, at_least: 1 }], /\[0\] must have only one of count, at_least and never/],
  ['two other bounds', [{ count: 1 }, { count: 0, never: true }], /\[1\] must have only one of/],
  ['never: false', [{ script: 'order', never: false }], /\[0\]\.never must be/],
  ['a count as text', [{ count: '1' }], /\[0\]\.count must be integer/],
  ['a negative count', [{ count: -1 }], /\[0\]\.count must be >= 0/],
  ['at_least: 0', [{ at_least: 0 }], /\[0\]\.at_least must be >= 1/],
  ['an expectation of nothing', [{}], /\[0\] must NOT have fewer than 1/],
  ['no expectation at all', [], /body must NOT have fewer than 1/],
  ['an expectation that is in no list', { script: 'order' }, /body must be array/],
]
for (const [what, body, words] of mistakes) {
  t.test(`${what} is refused: nothing would be verified`, async t => {
    t.match(await control.post('/verify', body), { status: 400, body: { mock: { code: 'bad_body' }, message: words } })
  })
}

t.test('a misspelt or wrong parameter is refused', async t => {
  for (const query of ['?orderd=true', '?ordered=perhaps'])
    t.equal((await control.post(`/verify${query}`, [{ script: 'busy' }, { script: 'refund' }])).status, 400, query)
})

t.test('a key verifies its own requests, and without a key those of all are verified', async t => {
  const started = await shopping(t)
  await started.as('other').say('order', {}, 'shop')
  const count = async (control: ReturnType<typeof controlOf>, count: number) =>
    (await control.post('/verify', [{ script: 'order', count }])).status
  t.equal(await count(controlOf(started.url, key), 2), 200)
  t.equal(await count(controlOf(started.url, 'other'), 1), 200)
  t.equal(await count(controlOf(started.url), 3), 200)
})
