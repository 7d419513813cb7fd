import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import type { ScriptShape } from '../src/language/shape.ts'
import { withDefaults, type Settings } from '../src/options/settings.ts'
import { controlOf, follow } from './control.ts'
import { exchange, playOut, takenUp } from './exchange.ts'
import { eventsOf, fixture, start, user } from './kit.ts'

const key = 'test-key'
const path = '/v2/agents/support/responses'
const body = { message: user('go') }
const words = (count: number) => Array.from({ length: count }, (_, index) => `word${index} `).join('')

async function begin(t: Test, script: Omit<ScriptShape, 'name'>, settings: Partial<Settings> = {}) {
  const fixtures = [fixture([{ name: 'only', ...script }])]
  const started = await start(t, { fixtures, clock: 'manual', seed: 'golden', ...settings })
  const { client } = started
  const stream = () => follow(signal => client.send({ ...body, stream: true }, 'support', { signal }))
  return { ...started, stream, control: controlOf(started.url, key) }
}

/** When the chunks of a stream came, in milliseconds since its start. */
function offsets(stream: string): number[] {
  const { events } = eventsOf(stream)
  const [first] = events
  return events
    .filter(({ type }) => type === 'part.delta')
    .map(({ timestamp }) => Date.parse(timestamp) - Date.parse(first!.timestamp))
}

for (const stepMs of [10_000, 7, 30]) {
  t.test(`the hundredth chunk is on time, to the millisecond, with a clock that goes by ${stepMs} ms`, async t => {
    const pace = { first: '300ms', each: '30ms' }
    const { stream, mock } = await begin(t, { pace, steps: [{ say: words(100) }] })
    const reading = await stream()
    await playOut(mock, key, stepMs)
    const found = offsets(await reading.ended)
    t.equal(found[99], 300 + 99 * 30)
    t.strictSame(
      found,
      Array.from({ length: 100 }, (_, index) => 300 + index * 30),
    )
  })
}

for (const lateMs of [1, 20, 1000]) {
  t.test(`timers that are ${lateMs} ms late make no chunk later than that: delays do not add up`, async t => {
    const { stream, mock } = await begin(t, { pace: { each: '30ms' }, steps: [{ say: words(101) }] })
    const clock = mock.workspaces.of(key).clock()
    const { at } = clock
    clock.at = (dueMs, action) => at(dueMs + lateMs, action)
    const reading = await stream()
    await playOut(mock, key, 10)
    const found = offsets(await reading.ended)
    t.equal(found.length, 101)
    const late = found.map((offset, index) => offset - index * 30)
    t.ok(Math.min(...late) >= 0, 'none is early')
    t.ok(Math.max(...late) <= lateMs, `${Math.max(...late)} ms at most`)
  })
}

t.test('jitter strays by its share at most, comes from the seed, and differs from turn to turn', async t => {
  const script = { pace: { each: '100ms', jitter: 0.2 }, steps: [{ say: words(50) }] }
  const session = async () => {
    const { stream, mock } = await begin(t, script)
    const seen: number[][] = []
    for (const turn of [1, 2]) {
      const reading = await stream()
      t.ok(turn > 0 && (await playOut(mock, key, 50)) > 50)
      seen.push(offsets(await reading.ended))
    }
    return seen
  }
  const [first, second] = await session()
  t.not(first!.join(), second!.join())
  t.strictSame(await session(), [first, second])
  const pauses = first!.slice(1).map((offset, index) => offset - first![index]!)
  t.ok(Math.min(...pauses) >= 79 && Math.max(...pauses) <= 121, pauses.join())
  t.ok(new Set(pauses).size > 10)
})

t.test('headers and response.started go out at once, whatever the first pause', async t => {
  for (const clock of ['manual', 'real'] as const) {
    const { stream, client } = await begin(t, { pace: { first: '10m' }, steps: [{ say: 'Late.' }] }, { clock })
    const reading = await stream()
    await reading.said('\n\n')
    t.match(eventsOf(reading.text()), { events: [{ type: 'response.started' }], done: false })
    reading.leave()
    t.match((await client.post({ ...body, background: true })).body, { output: [] })
  }
})

t.test('an idle stream gets comments between its events, by real time', async t => {
  const { stream, control } = await begin(
    t,
    { steps: [{ say: 'One.' }, { wait: '1s' }, { say: 'Two.' }] },
    { keepAliveMs: 50 },
  )
  const reading = await stream()
  await reading.said(': keep-alive\n\n: keep-alive\n\n: keep-alive\n\n')
  await control.advance(1000)
  const text = await reading.ended
  t.match(text, /^(data: .+\n\n)+(: keep-alive\n\n){3,}(data: .+\n\n)+$/)
  t.equal(eventsOf(text).events.length, 6)
  await sleep(150)
  t.equal(reading.text(), text, 'and none after its end')
})

t.test('a busy stream gets no comments', async t => {
  const { stream, control } = await begin(
    t,
    { pace: { each: '10ms' }, steps: [{ say: words(80) }] },
    { keepAliveMs: 400 },
  )
  const reading = await stream()
  for (let chunk = 0; chunk < 80; chunk += 1) {
    await control.advance(10)
    await sleep(8)
  }
  t.notMatch(await reading.ended, 'keep-alive')
})

t.test('after a stall nothing more comes, not even a comment', async t => {
  const { stream, control } = await begin(
    t,
    { steps: [{ say: 'One.' }, { wait: '1s' }, { cut: 'stall' }, { say: 'Two.' }] },
    { keepAliveMs: 50 },
  )
  const reading = await stream()
  await reading.said(': keep-alive')
  await control.advance(1000)
  await sleep(20)
  const text = reading.text()
  await sleep(300)
  t.equal(reading.text(), text)
  t.notMatch(text, 'Two.')
  t.match(await control.tasks(), [{ state: 'inactive' }])
  reading.leave()
})

t.test('without a setting, an idle stream gets a comment every fifteen seconds', async t => {
  t.equal(withDefaults({}).keepAliveMs, 15_000)
})

const timed: [what: string, script: Omit<ScriptShape, 'name'>, tookMs: number | undefined][] = [
  ['instant', { steps: [{ think: 'Well.' }, { say: words(30) }] }, 0],
  [
    'one pause before the first chunk of a turn',
    { pace: { first: '1s' }, steps: [{ say: 'A b.' }, { say: 'C.' }] },
    1000,
  ],
  [
    'each further chunk of any part',
    { pace: { each: '10ms' }, steps: [{ think: 'a b c' }, { say: 'd e' }, { data: {} }] },
    50,
  ],
  [
    'waits and tools',
    { steps: [{ wait: '1.5s' }, { tool: 'look', takes: '0.5s' }, { tool: 'see', error: 'no', takes: '1m' }] },
    62_000,
  ],
  ['a review and its branch', { steps: [{ review: 'ok', approved: [{ wait: '1s' }] }, { wait: '250ms' }] }, 1250],
  ['a failure', { pace: { first: '1s' }, steps: [{ say: 'I try.' }, { wait: '1s' }, { fail: 'No.' }] }, 2000],
  ['a cut', { pace: { each: '10ms' }, steps: [{ say: 'a b c' }, { cut: 'end' }, { say: 'd e' }] }, 40],
  [
    'realistic',
    { pace: 'realistic', steps: [{ say: words(30) }, { tool: 'x', takes: '1s' }, { say: 'Done now.' }] },
    undefined,
  ],
]
for (const [what, script, tookMs] of timed) {
  t.test(`all three views take the same time: ${what}`, async t => {
    const taken: number[] = []
    for (const mode of [{}, { background: true }, { stream: true }]) {
      const { mock, url, control } = await begin(t, script)
      const sent = exchange(url, { key, path, body: { ...body, ...mode } })
      await takenUp(mock, key, sent)
      await playOut(mock, key, 40)
      await sent.ended
      const { body: task } = await control.get(`/tasks/${(await control.task()).id}`)
      taken.push(task.turns[0].events.at(-1).offset_ms)
    }
    t.strictSame(taken, [taken[0], taken[0], taken[0]])
    if (tookMs !== undefined) t.equal(taken[0], tookMs)
    else t.ok(taken[0]! > 1800 && taken[0]! < 2800, `${taken[0]} ms`)
  })
}
