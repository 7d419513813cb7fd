import t, { type Test } from 'tap'
import { startMock, type Fixture } from '../src/index.ts'
import { makeLosses, nothingLost } from '../src/workspace/lost.ts'
import { controlOf, type Control } from './control.ts'
import { fixture, start } from './kit.ts'
import { saying, ask } from './library.ts'

const scripts = [
  fixture([{ name: 'hello', when: { text: 'hello' }, steps: [{ say: 'Hello.' }] }]),
  fixture([{ name: 'order', steps: [{ say: 'Sold.' }] }], { agent: 'shop' }),
  fixture([{ name: 'rent', steps: [{ say: 'Let.' }] }], { agent: 'lease@2.0.0' }),
  fixture([{ name: 'many', steps: [{ say: 'Many.' }] }], { agent: 'support_*' }),
]

const exact = [
  { script: 'hello', never: true },
  { script: 'hello', count: 0 },
  { text: 'hello', count: 0 },
] as const
const holds = (control: Control, expectation: object) =>
  control.post('/verify', [expectation]).then(({ status }) => status === 200)

/** `a` has said hello, and its workspace went for that of `b`. */
async function forgotten(t: Test) {
  const started = await start(t, { fixtures: scripts, maxWorkspaces: 1 })
  await started.as('a').say('hello')
  await started.as('b').say('nothing', {}, 'shop')
  return { ...started, a: controlOf(started.url, 'a'), b: controlOf(started.url, 'b'), all: controlOf(started.url) }
}

for (const expectation of exact) {
  t.test(`${JSON.stringify(expectation)} does not hold of a key whose workspace was dropped`, async t => {
    const { as, a, b, all } = await forgotten(t)
    t.ok(await holds(b, expectation), 'nothing of b was dropped')
    for (const control of [a, all]) {
      const { status, body } = await control.post('/verify', [expectation])
      t.equal(status, 422)
      t.match(body.message, /^1 older requests went with a dropped workspace, .*--max-workspaces/m)
    }
    t.match((await a.get('/requests')).body, { requests: [], dropped: 1 })
    await as('a').say('order', {}, 'shop')
    t.notOk(await holds(a, expectation), 'nor when it has a new one')
    t.notOk(await holds(b, expectation), 'whose place was that of b')
    t.ok(await holds(a, { script: 'order' }), 'what was seen can be told')
  })
}

const beginnings: [what: string, begin: (on: Awaited<ReturnType<typeof forgotten>>) => Promise<unknown>][] = [
  ['a reset of the key', ({ a }) => a.post('/reset')],
  ['a reset of all', ({ all }) => all.post('/reset')],
  ['an emptied journal of the key', ({ a }) => a.delete('/requests')],
  ['emptied journals of all', ({ all }) => all.delete('/requests')],
]
for (const [what, begin] of beginnings) {
  for (const anew of [false, true]) {
    t.test(`${what} is a new beginning, ${anew ? 'with a new workspace' : 'without a workspace'}`, async t => {
      const on = await forgotten(t)
      if (anew) await on.as('a').say('order', {}, 'shop')
      await begin(on)
      for (const expectation of exact) t.ok(await holds(on.a, expectation))
      t.match((await on.a.get('/requests')).body, { requests: [], dropped: 0 })
    })
  }
}

t.test('a workspace that was dropped with nothing in it is not missed', async t => {
  const { as, a } = await forgotten(t)
  await a.post('/reset')
  await as('b').say('hello')
  t.ok(await holds(a, exact[0]))
})

t.test('of more losses than can be remembered it is known that there were some', async t => {
  const losses = makeLosses(2)
  const lost = { ...nothingLost, requests: 2 }
  losses.add(1, lost)
  losses.add(2, nothingLost)
  losses.add(3, lost)
  t.strictSame([losses.of(1), losses.of(2)], [lost, nothingLost])
  losses.add(4, lost)
  t.match([losses.of(1), losses.of(9)], [{ perhaps: true }, { perhaps: true }])
  t.match(losses.all(), { requests: 6, perhaps: true })
  losses.clear(undefined)
  t.strictSame([losses.of(1), losses.all()], [nothingLost, nothingLost])
})

const unknown: [expectation: object, words: RegExp][] = [
  [{ script: 'helo', never: true }, /body\[0\]\.script must name a script that .*"helo", did you mean "hello"\?/],
  [{ script: 'Hello' }, /did you mean "hello"\?/],
  [{ script: 'echo', count: 0 }, /found "echo"$/],
  [{ agent: 'shpo', never: true }, /body\[0\]\.agent must name an agent that .*"shpo", did you mean "shop"\?/],
  [{ agent: 'lease@3.0.0', never: true }, /did you mean "lease@2.0.0"\?/],
  [{ agent: 'supporter', never: true }, /found "supporter"/],
]
const agents = scripts.slice(1)
for (const [expectation, words] of unknown) {
  t.test(`${JSON.stringify(expectation)} is refused: of a name that nothing has, anything could be said`, async t => {
    const named = 'agent' in expectation ? agents : scripts
    const { url } = await start(t, { fixtures: named })
    const { status, body } = await controlOf(url, 'a').post('/verify', [expectation])
    t.equal(status, 400)
    t.match(body, { message: words, mock: { code: 'bad_body' } })
    const mock = await startMock({ fixtures: named as unknown as Fixture[] })
    t.teardown(() => mock.close())
    for (const view of [mock, mock.as('a')]) await t.rejects(view.verify([expectation]), { message: words })
  })
}

t.test('all names that are unknown are told at once', async t => {
  const { url } = await start(t, { fixtures: agents })
  const { body } = await controlOf(url).post('/verify', [{ script: 'odrer', agent: 'shoop' }, { script: 'rnet' }])
  t.match(body.message, /^body\[0\]\.script .*\nbody\[0\]\.agent .*\nbody\[1\]\.script .*"rent"\?$/)
})

const known = [{ agent: 'shop@7' }, { agent: 'lease' }, { agent: 'support_x' }, { script: 'many' }]
for (const name of known) {
  t.test(`${JSON.stringify(name)} may come, and so it can be said that it never did`, async t => {
    const { url } = await start(t, { fixtures: agents })
    t.ok(await holds(controlOf(url, 'a'), { ...name, never: true }))
  })
}

t.test('known are also names that came, that were put for a key or for all, and the echo where it answers', async t => {
  const { url, as } = await start(t, { fixtures: agents, unmatched: 'error' })
  const [a, b, all] = [controlOf(url, 'a'), controlOf(url, 'b'), controlOf(url)]
  await as('a').say('hello', {}, 'ghost@1')
  t.ok(await holds(a, { agent: 'ghost', count: 1 }))
  t.notOk(await holds(b, { agent: 'ghost', never: true }))
  await a.put('/fixtures', saying('mine', 'Mine.'))
  const { name } = saying('mine', 'Mine.').scripts[0]!
  t.strictSame(await Promise.all([a, all, b].map(one => holds(one, { script: name, never: true }))), [
    true,
    true,
    false,
  ])
  await as('a').say('hello', {}, 'mine')
  await a.delete('/fixtures')
  t.ok(await holds(a, { script: name, count: 1 }), 'though it is there no longer')
  const echoing = await start(t, { fixtures: agents, unmatched: 'echo' })
  t.ok(await holds(controlOf(echoing.url), { script: 'echo', never: true }))
  t.ok(await holds(controlOf(echoing.url), { agent: 'anybody', never: true }))
})

t.test('in a test, a key that went is not taken for one that never came, and a look makes no workspace', async t => {
  const mock = await startMock({ fixtures: saying('support', 'Hello.'), maxWorkspaces: 1 })
  t.teardown(() => mock.close())
  await ask(mock, 'hello', { key: 'a' })
  await ask(mock, 'hello', { key: 'b' })
  await t.rejects(mock.as('a').verify([{ agent: 'support', never: true }]), { message: /dropped workspace/ })
  t.strictSame(mock.as('a').requests(), [])
  t.equal(mock.as('b').requests().length, 1)
  mock.as('a').reset()
  await mock.as('a').verify([{ agent: 'support', never: true }])
})
