import Fastify from 'fastify'
import t from 'tap'
import { lazily, sendPieces } from '../src/admin/send-pieces.ts'
import { guarded, manualClock, realClock } from '../src/clock.ts'
import type { RunEvent } from '../src/run/events.ts'
import { controlOf } from './control.ts'
import { fixture, results, start, user } from './kit.ts'
import { auth, isError, speakTo } from './raw-http.ts'

const levels = (count: number) => '['.repeat(count) + ']'.repeat(count)
const many = Array.from({ length: 30 }, () => '{{message.text}}').join(' ')
const long = 'x'.repeat(2 * 2 ** 20)

const answered = fixture([
  { name: 'ask', when: { role: 'user' }, steps: [{ call: 'get_it', id: 'call_1' }] },
  { name: 'later', after: 'ask', when: { variables: { late: true } }, steps: [{ wait: '5ms' }, got()] },
  { name: 'at-once', after: 'ask', steps: [got()] },
])

function got() {
  return { data: { got: '{{tool_results.get_it}}' } }
}

const modes = { sync: {}, background: { background: true }, stream: { stream: true } }
for (const [mode, asked] of Object.entries(modes)) {
  for (const late of [true, false]) {
    t.test(`JSON in a text that is nested too deep stays a text: ${mode}, ${late ? 'later' : 'at once'}`, async t => {
      const { client, url } = await start(t, { fixtures: [answered] })
      for (const result of [levels(5000), `{"iban":${levels(8000)}}`, levels(500)]) {
        const { body } = await client.say('Go')
        const message = results({ call_1: result })
        const reply = await client.send({ task_id: body.task_id, message, variables: { late }, ...asked })
        t.equal(reply.status, 200)
        await reply.text()
        const { output } = (await client.settled(body.task_id)).body
        const { got } = output[0].parts[0].data
        t.strictSame(typeof got === 'string' ? got : JSON.stringify(got), result)
      }
      await lists(url)
    })
  }

  for (const wait of ['0ms', '5ms']) {
    t.test(`a turn that comes out longer than can be told fails with a 413: ${mode}, after ${wait}`, async t => {
      const steps = [{ wait }, { data: { all: many } }]
      const { client, url } = await start(t, { fixtures: [fixture([{ name: 'many', steps }])] })
      const reply = await client.send({ message: user(long), ...asked })
      t.equal(reply.status, mode === 'sync' ? 413 : 200)
      const text = await reply.text()
      if (mode === 'stream') t.match(text, /"type":"response.failed".*"code":413/)
      const [task] = await controlOf(url, client.key).tasks()
      const { body } = await client.settled(task.id)
      t.match(body, { status: 'failed', error: /longer than \d+ characters/ })
      await lists(url)
    })
  }
}

/** Every list of the control API can be read. */
async function lists(url: string): Promise<void> {
  const control = controlOf(url)
  const tasks = await control.tasks()
  await control.requests()
  for (const { id } of tasks) await control.get(`/tasks/${id}`)
}

t.test('an HTTP answer that comes out too long is a 413 too, in a POST and in a poll', async t => {
  const http = { status: 200, body: many }
  const scripts = [
    { name: 'http', when: { background: false }, http },
    { name: 'polls', polls: [http], steps: [] },
  ]
  const { client } = await start(t, { fixtures: [fixture(scripts)] })
  const message = user(long)
  t.match(await client.post({ message }), { status: 413, body: { mock: { code: 'turn_too_long' } } })
  const { body } = await client.post({ message, background: true })
  t.equal((await client.get(body.task_id)).status, 413)
  t.equal((await client.get(body.task_id)).status, 200)
})

const brackets: [name: string, body: string][] = [
  ['lists', levels(20_000)],
  ['lists that are not closed', '['.repeat(20_000)],
  ['lists behind as many ends of objects', `[${'}'.repeat(20_000)},${'['.repeat(20_000)}`],
  ['objects', '{"a":'.repeat(20_000)],
  ['lists in a text that is broken off', `"${'['.repeat(20_000)}`],
  ['commas', `[${','.repeat(200_000)}`],
]
for (const [name, body] of brackets) {
  t.test(`a body of ${name} is a 400`, async t => {
    const { url } = await start(t)
    isError(t, await speakTo(url).post(body, { ...auth, 'content-type': 'application/json' }), 400, 'The body is')
  })
}

t.test('durations do not mind that somebody sets the clock of the machine', async t => {
  const { client, url } = await start(t, { fixtures: [fixture([{ name: 'w', steps: [{ wait: '60ms' }] }])] })
  const { now } = Date
  t.teardown(() => (Date.now = now))
  for (const hours of [-1, 1]) {
    const reply = client.say('Go')
    setTimeout(() => (Date.now = () => now() + hours * 3_600_000), 20)
    t.equal((await reply).status, 200)
    const { took_ms } = await controlOf(url, client.key).lastRequest()
    t.ok(took_ms >= 60 && took_ms < 60_000, `${took_ms} ms`)
    Date.now = now
  }
})

t.test('the real clock never goes back and never rings early', async t => {
  const from = realClock.elapsed()
  await new Promise<void>(done => realClock.at(from + 30, done))
  t.ok(realClock.elapsed() >= from + 30)
})

t.test('what is thrown in a timer is told, and the clock goes on', async t => {
  const faults: unknown[] = []
  const clock = guarded(manualClock(), fault => faults.push(fault))
  const rung: number[] = []
  clock.at(clock.elapsed() + 1, () => {
    throw new RangeError('too deep')
  })
  clock.at(clock.elapsed() + 2, () => rung.push(2))
  clock.advance!(5)
  t.match(faults, [{ message: 'too deep' }])
  t.strictSame(rung, [2])
})

/** Something that no JSON can be made of, put where no input of a client can put it. */
const unwritable = { type: 'tool_done', afterMs: 0, call: {}, result: 1n } as unknown as RunEvent

for (const [mode, asked] of Object.entries(modes)) {
  t.test(`a run that cannot be written harms nobody else: ${mode}`, async t => {
    const steps = [{ say: 'One.' }, { review: 'go', outcome: 'manual' as const }, { say: 'Two.' }]
    const told: string[] = []
    const log = { error: (text: string) => told.push(text), warn() {}, info() {}, tells: () => false }
    const { client, url, mock } = await start(t, { fixtures: [fixture([{ name: 'only', steps }])], log })
    const control = controlOf(url, client.key)
    const first = client.send({ message: user('Go'), ...asked }).then(async reply => reply.text())
    const { id } = await control.task()
    const workspace = mock.workspaces.of(client.key)
    ;(workspace.live(id)!.run.log as RunEvent[]).push(unwritable)
    await control.post(`/tasks/${id}/approve`)
    await first.catch(() => 'broken off')
    t.equal(told.length, mode === 'stream' ? 1 : 0)
    t.match(await client.settled(id), { status: 200, body: { status: 'completed' } })
    const { requests } = (await (await fetch(`${url}/__admin/requests`)).json()) as { requests: object[] }
    t.ok(requests.length >= 2)
  })
}

t.test('an item that cannot be written takes no other of its list with it', async t => {
  const app = Fastify()
  app.get('/', (_request, reply) =>
    sendPieces(reply, { things: lazily([1, 1n, 2], thing => ({ thing })), more: 'yes' }),
  )
  const { things, more } = (await app.inject('/')).json<{ things: object[]; more: string }>()
  t.match(things, [{ thing: 1 }, { unwritable: /BigInt/ }, { thing: 2 }])
  t.equal(more, 'yes')
  await app.close()
})
