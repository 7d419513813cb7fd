import { appendFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { makeLog } from '../src/log.ts'
import { until } from './binary.ts'
import { controlOf } from './control.ts'
import { start, type Client } from './kit.ts'

/** How long a change may take in a busy CI; on a machine at rest it is a second. */
const patienceMs = 20_000
/** Long enough for a change to be read, were it to be. */
const quietMs = 800
// They mostly wait, each in a folder of its own.
t.jobs = 5

const says = (text: string, agent = 'shop') =>
  `agent: ${agent}\nscripts: [ { name: one, steps: [ { say: ${text} } ] } ]\n`

/** A mock that watches a folder with one file, `shop.yaml`, that says `old`; with what it logs. */
async function watched(
  t: Test,
  files: Record<string, string | Record<string, string>> = {},
  of: (dir: string) => string = dir => dir,
) {
  const dir = t.testdir({ 'shop.yaml': says('old'), ...files })
  const lines: string[] = []
  const log = makeLog({ level: 'info', plain: true, write: text => void lines.push(...text.trimEnd().split('\n')) })
  const started = await start(t, { fixtures: [of(dir)], watch: true, log })
  const file = (name: string) => join(dir, name)
  const about = (word: string) => lines.filter(line => line.includes(word))
  return { ...started, file, lines, about, write: (name: string, text: string) => writeFileSync(file(name), text) }
}

const answer = async (client: Client, agent = 'shop') => {
  const { status, body } = await client.say('Hello.', {}, agent)
  return status === 200 ? (body.output[0].parts[0]?.text as unknown) : status
}

/** Waits until an agent answers so, and says how long that took. */
async function live(t: Test, client: Client, expected: unknown, agent = 'shop'): Promise<void> {
  const fromMs = performance.now()
  while (performance.now() < fromMs + patienceMs && (await answer(client, agent)) !== expected) await sleep(20)
  t.equal(await answer(client, agent), expected)
  t.comment(`live after ${Math.round(performance.now() - fromMs)} ms`)
}

t.test('a change is live, without a restart', async t => {
  const { client, write, about } = await watched(t)
  t.equal(await answer(client), 'old')
  write('shop.yaml', says('new'))
  await live(t, client, 'new')
  write('shop.yaml', says('newer'))
  await live(t, client, 'newer')
  await sleep(50)
  t.strictSame(about('fixtures'), Array(2).fill('fixtures reloaded: 1 script for 1 agent'), 'each is told once')
})

t.test('a file that takes the place of another is live (editors save like this)', async t => {
  const { client, write, file, about } = await watched(t)
  write('shop.yaml.tmp', says('new'))
  renameSync(file('shop.yaml.tmp'), file('shop.yaml'))
  await live(t, client, 'new')
  renameSync(file('shop.yaml'), file('shop.yaml~'))
  write('shop.yaml', says('newer'))
  rmSync(file('shop.yaml~'))
  await live(t, client, 'newer')
  t.strictSame(about('not reloaded'), [])
})

t.test('a file is read when it is whole, however slowly it is written', async t => {
  const { client, write, file, about } = await watched(t)
  const pieces = says('new').match(/[^]{1,10}/g) ?? []

  /** Answers how long the longest pause was, and what the agent said in each. */
  async function writeSlowly() {
    const told = about('not reloaded').length
    let [longestMs, lastMs] = [0, performance.now()]
    const answers: unknown[] = []
    write('shop.yaml', '')
    for (const piece of pieces) {
      appendFileSync(file('shop.yaml'), piece)
      longestMs = Math.max(longestMs, performance.now() - lastMs)
      lastMs = performance.now()
      answers.push((await Promise.all([answer(client), sleep(40)]))[0])
    }
    await live(t, client, 'new')
    return { longestMs, answers, faults: about('not reloaded').slice(told) }
  }

  let written = await writeSlowly()
  // A machine that is too busy to go on writing shows nothing.
  for (let again = 0; again < 5 && written.longestMs > 100; again += 1) {
    write('shop.yaml', says('old'))
    await live(t, client, 'old')
    written = await writeSlowly()
  }
  t.strictSame(written.answers, Array(pieces.length).fill('old'))
  t.strictSame(written.faults, [])
})

t.test('a file that is wrong leaves the old scripts in place, and its faults are logged', async t => {
  const { client, write, file, lines, about } = await watched(t, { 'bank.yaml': says('bank', 'bank') })
  write('bank.yaml', says('new bank', 'bank'))
  write('shop.yaml', 'scripts:\n  - name: one\n    stpes: []\n')
  for (const giveUpMs = Date.now() + patienceMs; about('not reloaded').length === 0 && Date.now() < giveUpMs;)
    await sleep(20)
  const place = file('shop.yaml').slice(process.cwd().length + 1)
  const from = lines.findIndex(line => line.includes('not reloaded'))
  t.strictSame(lines.slice(from, from + 4), [
    'error: fixtures not reloaded, the old ones go on:',
    `${place}:3:5  unknown key "stpes", did you mean "steps"?`,
    '  3 |     stpes: []',
    '    |     ^',
  ])
  t.equal(await answer(client), 'old')
  t.equal(await answer(client, 'bank'), 'bank', 'also those of other files')

  write('shop.yaml', says('mended'))
  await live(t, client, 'mended')
  t.equal(await answer(client, 'bank'), 'new bank')
})

t.test('health says how the fixtures stand: what is wrong with them, until it is mended', async t => {
  const { url, client, write, file } = await watched(t)
  const fixtures = async () => (await controlOf(url).get('/health')).body.fixtures
  t.strictSame(await fixtures(), { scripts: 1, agents: 1, watching: true })
  const isTime = (text: string) => Math.abs(Date.parse(text) - Date.now()) < 60_000

  write('shop.yaml', `scripts:\n${'  - name: one\n    stpes: []\n'.repeat(30)}`)
  const wrong = await until(async () => (await fixtures()).faults && fixtures(), patienceMs)
  t.match(wrong, { scripts: 1, agents: 1, watching: true, reloaded_at: undefined })
  t.ok(isTime(wrong.failed_at))
  t.ok(wrong.fault_count >= 30, 'all are counted')
  t.equal(wrong.faults.length, 20, 'and the first are told')
  const place = `${file('shop.yaml').slice(process.cwd().length + 1)}:3:5`
  t.strictSame(wrong.faults[0], { place, line: 3, column: 5, message: 'unknown key "stpes", did you mean "steps"?' })
  t.match((await controlOf(url).get('/health')).body, { status: 'ok' })
  t.equal((await controlOf(url).get('/ready')).status, 200, 'the old scripts go on')

  write('shop.yaml', says('mended'))
  write('bank.yaml', says('bank', 'bank'))
  await live(t, client, 'mended')
  await live(t, client, 'bank', 'bank')
  const { reloaded_at: reloadedAt, ...mended } = await fixtures()
  t.strictSame(mended, { scripts: 2, agents: 2, watching: true })
  t.ok(isTime(reloadedAt))
})

t.test('new files and folders are live, and deleted ones are gone', async t => {
  const { client, write, file } = await watched(t)
  write('bank.json', JSON.stringify({ agent: 'bank', scripts: [{ name: 'one', steps: [{ say: 'bank' }] }] }))
  await live(t, client, 'bank', 'bank')
  mkdirSync(file('deep/er'), { recursive: true })
  write('deep/er/zoo.yml', says('zoo', 'zoo'))
  await live(t, client, 'zoo', 'zoo')
  rmSync(file('bank.json'))
  await live(t, client, 404, 'bank')
  rmSync(file('deep'), { recursive: true })
  await live(t, client, 404, 'zoo')
  t.equal(await answer(client), 'old')
})

t.test('a folder that is deleted and made anew is watched on', async t => {
  const { client, write, file, about } = await watched(t, { fixtures: { 'shop.yaml': says('old') } }, dir =>
    join(dir, 'fixtures'),
  )
  rmSync(file('fixtures'), { recursive: true })
  for (const giveUpMs = Date.now() + patienceMs; about('not reloaded').length === 0 && Date.now() < giveUpMs;)
    await sleep(20)
  t.equal(await answer(client), 'old', 'meanwhile the old scripts go on')
  await sleep(quietMs)
  mkdirSync(file('fixtures'))
  write('fixtures/shop.yaml', says('new'))
  await live(t, client, 'new')
})

t.test('a file that a script names is read again too', async t => {
  const script = 'agent: files\nscripts: [ { name: one, steps: [ { file: { path: a.txt } } ] } ]\n'
  const { client, write } = await watched(t, { 'files.yaml': script, 'a.txt': 'ABC' })
  const bytes = async () => (await client.say('x', {}, 'files')).body.output[0].parts[0].file.bytes as string
  t.equal(await bytes(), 'QUJD')
  write('a.txt', 'XYZ')
  for (const giveUpMs = Date.now() + patienceMs; (await bytes()) === 'QUJD' && Date.now() < giveUpMs;) await sleep(20)
  t.equal(await bytes(), 'WFla')
})

t.test('a single file is watched like a folder', async t => {
  const { client, write } = await watched(t, {}, dir => join(dir, 'shop.yaml'))
  write('shop.yaml', says('new'))
  await live(t, client, 'new')
})

t.test('changes that come together are read once', async t => {
  const names = Array.from({ length: 20 }, (_, index) => `agent-${index}`)
  const { client, write, about } = await watched(
    t,
    Object.fromEntries(names.map(name => [`${name}.yaml`, says('old', name)])),
  )
  for (const name of names) write(`${name}.yaml`, says('new', name))
  for (const name of names) await live(t, client, 'new', name)
  await sleep(quietMs)
  t.ok(about('fixtures reloaded').length <= 3, `${about('fixtures reloaded').length} times`)
})

t.test('what is under way keeps the script it began with, and goes on with the new ones', async t => {
  const slow = (word: string) => `agent: slow
scripts:
  - name: one
    when: { text: Hello }
    steps: [ { say: "${word} begins." }, { wait: 2s }, { say: "${word} ends." }, { call: get_${word} } ]
  - name: two
    after: one
    steps: [ { say: "${word} goes on." } ]
`
  const { client, write } = await watched(t, { 'slow.yaml': slow('old') })
  const background = await client.post(
    { message: { role: 'user', parts: [{ kind: 'text', text: 'Hello' }] }, background: true },
    'slow',
  )
  const streaming = client.stream({ message: { role: 'user', parts: [{ kind: 'text', text: 'Hello' }] } }, 'slow')
  write('slow.yaml', slow('new'))
  write('shop.yaml', says('new'))
  await live(t, client, 'new')

  const { body } = await client.settled(background.body.task_id, 'slow')
  const texts = (parts: { kind: string; text?: string }[]) => parts.flatMap(({ text }) => text ?? [])
  t.strictSame(texts(body.output[0].parts), ['old begins.', 'old ends.'])
  t.match(body.pending_tool_calls, [{ function: { name: 'get_old' } }])
  const { events } = await streaming
  t.strictSame(
    events.flatMap(event =>
      event.type === 'part.done' && event.data.part.kind === 'text' ? event.data.part.text : [],
    ),
    ['old begins.', 'old ends.'],
  )

  const [{ id }] = body.pending_tool_calls as [{ id: string }]
  const message = { role: 'tool', parts: [{ kind: 'tool_result', tool_call_id: id, result: 1 }] }
  const continued = await client.post({ task_id: body.task_id, message }, 'slow')
  t.strictSame(texts(continued.body.output[0].parts), ['new goes on.'])
})

t.test('an overlay, counts and journals outlive a change', async t => {
  const flaky = (word: string) => `agent: flaky
scripts: [ { name: one, attempts: [ { http: { status: 503 } }, { steps: [ { say: ${word} } ] } ] } ]
`
  const { client, url, write } = await watched(t, { 'flaky.yaml': flaky('old') })
  const control = controlOf(url, client.key)
  await control.put('/fixtures', { agent: 'over', scripts: [{ name: 'over', steps: [{ say: 'over' }] }] })
  t.equal(await answer(client, 'flaky'), 503)
  write('flaky.yaml', flaky('new'))
  await live(t, client, 'new', 'flaky')
  t.equal(await answer(client, 'over'), 'over')
  t.equal((await control.requests())[0].status, 503)
})

t.test('without `watch`, a change is not read', async t => {
  const dir = t.testdir({ 'shop.yaml': says('old') })
  const { client } = await start(t, { fixtures: [dir] })
  writeFileSync(join(dir, 'shop.yaml'), says('new'))
  await sleep(quietMs)
  t.equal(await answer(client), 'old')
})
