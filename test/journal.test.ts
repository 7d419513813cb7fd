import t from 'tap'
import { JournalEntry } from '../src/admin/journal-view.ts'
import { makeLog } from '../src/log.ts'
import { controlOf, fingerprintOf, follow } from './control.ts'
import { until } from './exchange.ts'
import { key, manual, path, running, saying, sendAs } from './journal-kit.ts'
import { fixture, start, user, wrong } from './kit.ts'

t.test('a sync turn is journalled with all that came and went', async t => {
  const started = await start(t, manual)
  const control = controlOf(started.url, key)
  const body = ` {"message" : ${JSON.stringify(user('Say hello \u{1f44b}'))},\n "block":1}`
  const reply = (await (await sendAs(started)(body)).json()) as { task_id: string }
  const entry = await control.lastRequest()
  t.equal(wrong(JournalEntry, entry), '')
  t.type(entry.took_ms, 'number')
  t.strictSame(entry, {
    number: 1,
    workspace: fingerprintOf(key),
    at: '2026-01-01T00:00:00.000Z',
    method: 'POST',
    url: path,
    api: 'v2',
    headers: entry.headers,
    agent: 'support',
    task: reply.task_id,
    mode: 'sync',
    body,
    script: 'hello',
    place: 'fixtures[0].scripts[0]',
    unmatched: false,
    unknown_names: ['variables.nobody'],
    usage_estimated: true,
    status: 200,
    reply,
    end: 'completed',
    took_ms: entry.took_ms,
  })
})

t.test('a waiting POST is running until its reply has left', async t => {
  const started = await start(t, manual)
  const control = controlOf(started.url, key)
  const waiting = sendAs(started)(saying('slow'))
  await running(started)
  const [entry] = await control.requests()
  t.match(entry, { script: 'slow', end: 'running', mode: 'sync' })
  for (const field of ['status', 'reply', 'took_ms']) t.notOk(field in entry, `no ${field} yet`)
  await control.advance(1000)
  const reply = await (await waiting).json()
  t.match(await control.lastRequest(), { end: 'completed', status: 200, reply, took_ms: 1000 })
})

t.test('with the real clock, journal and log tell how long a request took', async t => {
  let told = ''
  const log = makeLog({ level: 'info', plain: true, write: text => (told += text) })
  const started = await start(t, { fixtures: [fixture([{ name: 'waits', steps: [{ wait: '60ms' }] }])], log })
  await started.client.say('Hello')
  const { took_ms: tookMs } = await controlOf(started.url, key).lastRequest()
  t.ok(tookMs >= 60 && tookMs < 5000, `${tookMs} ms`)
  await until('logged', () => told !== '')
  t.match(told, `support → waits, sync, 200, ${tookMs} ms\n`)
  await started.client.send({ message: 1 })
  await until('logged', () => told.includes('refused'))
  t.match(told, /support → refused: message must be object, 400, \d+ ms\n$/)
})

t.test('a background turn is running as long as its run, and polls are entries of their own', async t => {
  const started = await start(t, manual)
  const [control, { client }] = [controlOf(started.url, key), started]
  const { body: reply } = await client.post({ message: user('slow'), background: true })
  t.match(await control.lastRequest(), { mode: 'background', end: 'running', status: 200, task: reply.task_id, reply })
  await control.advance(1000)
  t.match(await control.lastRequest(), { end: 'completed', reply })
  const { body: task } = await client.get(reply.task_id)
  const poll = await control.lastRequest()
  t.match(poll, { number: 2, method: 'GET', url: `${path}/${reply.task_id}`, agent: 'support', task: reply.task_id })
  t.match(poll, { at: '2026-01-01T00:00:01.000Z', unmatched: false, status: 200, reply: task, end: 'completed' })
  for (const field of ['body', 'script', 'mode', 'events']) t.notOk(field in poll, `a poll has no ${field}`)
  await client.get('01K')
  t.match(await control.lastRequest(), { task: '01K', status: 404, reply: { code: '404' }, end: 'refused' })
})

t.test('a stream is journalled with its events and their offsets', async t => {
  const started = await start(t, manual)
  const control = controlOf(started.url, key)
  const reading = await follow(signal => sendAs(started)(saying('slow', { stream: true }), signal))
  const [open] = await control.requests()
  t.match(open, { mode: 'stream', end: 'running', status: 200, script: 'slow' })
  t.strictSame(open.events.map(typeOf), ['started', 'chunk', 'spoken'])
  await control.advance(1500)
  await reading.ended
  const entry = await control.lastRequest()
  t.equal(wrong(JournalEntry, entry), '')
  t.strictSame(entry.events.map(typeOf), ['started', 'chunk', 'spoken', 'chunk', 'spoken', 'done'])
  t.strictSame(
    entry.events.map((event: { offset_ms: number }) => event.offset_ms),
    [0, 0, 0, 1000, 1000, 1000],
  )
  t.match(entry.events[3], { at: '2026-01-01T00:00:01.000Z', kind: 'text', text: 'Two.' })
  t.match(entry.events[5], { finish: 'stop', usage: { total_tokens: Number }, calls: [] })
  t.match(entry, { end: 'completed', unmatched: false, usage_estimated: true })
  t.notOk('reply' in entry, 'its events are its reply')
})

t.test('a stream that was cut tells what was sent, not what came after', async t => {
  const started = await start(t, manual)
  const control = controlOf(started.url, key)
  const { events } = await started.client.stream({ message: user('cut') })
  await control.advance(1000)
  const entry = await control.lastRequest()
  t.match(entry, { end: 'cut', status: 200, script: 'cut' })
  t.strictSame(entry.events.map(typeOf), ['started', 'chunk', 'spoken', 'cut'])
  t.equal(events.length, 3)
})

t.test('a stream whose client has left tells what was sent until then', async t => {
  const started = await start(t, manual)
  const control = controlOf(started.url, key)
  const reading = await follow(signal => sendAs(started)(saying('slow', { stream: true }), signal))
  await reading.said('part.done')
  reading.leave()
  t.match(await control.lastRequest(), { end: 'client_left', script: 'slow', took_ms: Number })
  await control.advance(1000)
  t.strictSame((await control.lastRequest()).events.map(typeOf), ['started', 'chunk', 'spoken'])
  t.match(await control.tasks(), [{ state: 'inactive' }], 'the task has gone on')
})

t.test('a waiting client that leaves is journalled as such', async t => {
  const started = await start(t, manual)
  const leaving = new AbortController()
  const left = sendAs(started)(saying('slow'), leaving.signal).catch(() => 'left')
  await running(started)
  leaving.abort()
  t.equal(await left, 'left')
  t.match(await controlOf(started.url, key).lastRequest(), { end: 'client_left', script: 'slow', took_ms: Number })
})

t.test('a request whose client has left, or whose connection was broken, has its line in the log too', async t => {
  let told = ''
  const log = makeLog({ level: 'info', plain: true, write: text => (told += text) })
  const started = await start(t, { ...manual, log })
  const reading = await follow(signal => sendAs(started)(saying('slow', { stream: true }), signal))
  reading.leave()
  await sendAs(started)(saying('reset')).catch(() => {})
  const control = controlOf(started.url, key)
  t.match(await control.lastRequest(), { script: 'reset', end: 'cut', took_ms: Number })
  await control.requests()
  t.match(told, /slow.*client_left/)
  t.match(told, /reset.*cut/)
})

t.test('answers that are no turn, failures and given usage are told apart', async t => {
  const started = await start(t, manual)
  const control = controlOf(started.url, key)
  await started.client.say('busy')
  const busy = await control.lastRequest()
  t.match(busy, { script: 'busy', status: 429, end: 'completed', reply: { code: 429 } })
  t.notOk('task' in busy || 'usage_estimated' in busy)
  await started.client.say('broken')
  t.match(await control.lastRequest(), { script: 'broken', status: 422, end: 'completed', task: String })
  await started.client.say('priced')
  t.equal((await control.lastRequest()).usage_estimated, false)
  await sendAs(started)(saying('reset')).catch(() => {})
  t.match(await control.lastRequest(), { script: 'reset', end: 'cut' })
})

t.test('the journal can be filtered, oldest first, and emptied', async t => {
  const started = await start(t, manual)
  const [control, { client }] = [controlOf(started.url, key), started]
  const { body } = await client.say('hello')
  await client.say('nothing')
  await client.say('priced')
  await client.say('hello', {}, 'other')
  await client.get(body.task_id)
  await client.say('priced', {}, 'support@2.0.0')
  const numbers = async (query: string) => (await control.requests(query)).map(({ number }) => number as number)
  const filters: [query: string, found: number[]][] = [
    ['', [1, 2, 3, 4, 5, 6]],
    ['?agent=support', [1, 2, 3, 5, 6]],
    ['?agent=support@2.0.0', [6]],
    ['?agent=other', [4]],
    [`?task=${body.task_id}`, [1, 5]],
    ['?script=priced', [3, 6]],
    ['?unmatched=true', [2, 4]],
    ['?unmatched=false', [1, 3, 5, 6]],
    ['?limit=2', [5, 6]],
    ['?agent=support&unmatched=false&limit=2', [5, 6]],
    ['?script=none', []],
  ]
  for (const [query, found] of filters) t.strictSame(await numbers(query), found, query)
  for (const query of ['?limit=0', '?limit=x', '?unmatched=maybe', '?scirpt=hello'])
    t.match(await control.get(`/requests${query}`), { status: 400, body: { mock: { code: 'bad_body' } } }, query)
  t.match(await control.delete('/requests'), { status: 200, body: { deleted: 6 } })
  t.match(await control.get('/requests'), { body: { requests: [], dropped: 0 } })
  t.equal((await client.get(body.task_id)).status, 200, 'tasks stay')
})

const typeOf = ({ type }: { type: string }) => type
