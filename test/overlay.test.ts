import t, { type Test } from 'tap'
import { controlOf, keepingState } from './control.ts'
import { fixture, start, type Reply } from './kit.ts'

const scripts = fixture(keepingState)
const key = 'test-key'

async function begin(t: Test, settings: object = {}) {
  const started = await start(t, { fixtures: [scripts], clock: 'manual', seed: 'golden', ...settings })
  return { ...started, control: controlOf(started.url, key), all: controlOf(started.url) }
}
const textOf = ({ body }: Reply): string => body.output[0].parts[0].text

const over = (text: string) => fixture([{ name: 'over', when: { text: 'hello' }, steps: [{ say: text }] }])

t.test('an overlay wins over files, for its key only, until it is taken away', async t => {
  const { control, client, as } = await begin(t)
  const { status, body } = await control.put('/fixtures', over('Over.'))
  t.equal(status, 200)
  t.strictSame(body.scripts, [{ name: 'over', agent: '*', place: 'overlay[0].scripts[0]', played: 0 }])
  t.equal(textOf(await client.say('hello')), 'Over.')
  t.match(textOf(await as('other').say('hello')), /^Hello, /)
})

t.test('an overlay replaces the one before; files answer what it does not', async t => {
  const { control, client } = await begin(t)
  await control.put('/fixtures', over('First.'))
  await control.put('/fixtures', [
    over('Second.'),
    fixture([{ name: 'more', when: { text: 'more' }, steps: [{ say: 'More.' }] }]),
  ])
  t.equal(textOf(await client.say('hello')), 'Second.')
  t.equal(textOf(await client.say('more')), 'More.')
  t.equal((await client.say('ask')).body.finish_reason, 'function_call')
  t.match(await control.delete('/fixtures'), { status: 200, body: {} })
  t.match(textOf(await client.say('hello')), /^Hello, /)
  t.equal((await client.say('more')).status, 404)
})

t.test('an overlay for all stands between that of a key and the files', async t => {
  const { control, all, client, as } = await begin(t)
  await all.put('/fixtures', over('For all.'))
  await control.put('/fixtures', over('For one.'))
  t.equal(textOf(await client.say('hello')), 'For one.')
  t.equal(textOf(await as('other').say('hello')), 'For all.')
  t.equal(textOf(await as('new').say('hello')), 'For all.')
  await control.delete('/fixtures')
  t.equal(textOf(await client.say('hello')), 'For all.')
  await control.put('/fixtures', over('For one.'))
  await all.delete('/fixtures')
  for (const one of [client, as('other')]) t.match(textOf(await one.say('hello')), /^Hello, /)
})

t.test('an overlay may answer the calls of a script of the files', async t => {
  const { control } = await begin(t)
  const answering = { name: 'mine', when: { tool_result: 'get_iban' }, steps: [{ say: 'Mine.' }] }
  t.equal((await control.put('/fixtures', fixture([answering]))).status, 200)
})

t.test('an overlay with faults is refused with the place of each, and changes nothing', async t => {
  const { control, client } = await begin(t)
  await control.put('/fixtures', over('Before.'))
  const faulty = [
    { scripts: [{ name: 'a', steps: [{ sya: 'x' }] }] },
    { agnet: 'support', scripts: [{ name: 'b', when: { text: { matches: '(' } }, steps: [] }] },
  ]
  const { status, body } = await control.put('/fixtures', faulty)
  t.equal(status, 422)
  t.equal(body.mock.code, 'bad_fixture')
  const faults = body.mock.faults as { place: string; message: string }[]
  t.match(faults, [
    { place: /^overlay\[0\]\.scripts\[0\]\.steps\[0\]/, message: /say/ },
    { place: /^overlay\[1\]/, message: /agent/ },
  ])
  for (const { place, message } of faults) t.ok(body.message.includes(place) && body.message.includes(message), place)
  for (const wrong of [5, 'x', null, {}, [5], { scripts: {} }])
    t.equal((await control.put('/fixtures', wrong)).status, 422, JSON.stringify(wrong))
  t.equal(textOf(await client.say('hello')), 'Before.')
})

t.test('the scripts are listed with how often each played, the unused apart', async t => {
  const { control, all, client, as, url } = await begin(t)
  await control.put('/fixtures', over('Over.'))
  for (const text of ['hello', 'hello', 'flaky', 'nothing']) await client.say(text)
  await as('other').say('hello')
  const played = async (of: typeof control, query = '') =>
    ((await of.get(`/scripts${query}`)).body.scripts as { name: string; played: number }[]).map(
      ({ name, played }) => `${name} ${played}`,
    )
  t.strictSame(await played(control), ['over 2', 'flaky 1', 'ask 0', 'asked 0', 'hello 0'])
  t.strictSame(await played(controlOf(url, 'other')), ['flaky 0', 'ask 0', 'asked 0', 'hello 1'])
  t.strictSame(await played(all), ['flaky 1', 'ask 0', 'asked 0', 'hello 1'])
  t.strictSame(await played(all, '?unused=true'), ['ask 0', 'asked 0'])
  t.equal((await played(all, '?unused=false')).length, 4)
  t.equal((await all.get('/scripts?unused=maybe')).status, 400)
  t.match((await all.get('/scripts')).body.scripts[2], {
    name: 'asked',
    agent: '*',
    place: 'fixtures[0].scripts[2]',
    after: ['ask'],
  })
})

t.test('a new overlay begins with its first attempts, and the list says so', async t => {
  const { control, client } = await begin(t)
  const flaky = fixture([scripts.scripts[0]!])
  for (const round of [1, 2]) {
    await control.put('/fixtures', flaky)
    t.match((await control.get('/scripts')).body.scripts[0], { name: 'flaky', played: 0 }, `round ${round}`)
    t.equal((await client.say('flaky')).status, 503, `round ${round}`)
    t.equal((await client.say('flaky')).status, 200, `round ${round}`)
  }
})
