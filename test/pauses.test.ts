import t from 'tap'
import type { ScriptShape } from '../src/language/shape.ts'
import { controlOf } from './control.ts'
import { fixture, start, user } from './kit.ts'

const one = (script: Omit<ScriptShape, 'name'>) => ({
  clock: 'manual' as const,
  fixtures: [fixture([{ name: 'one', ...script }])],
})

/** Whether something has come yet. */
function watch<T>(promise: Promise<T>): { promise: Promise<T>; come: () => boolean } {
  let come = false
  void promise.then(
    () => (come = true),
    () => (come = true),
  )
  return { promise, come: () => come }
}

/** Long enough for an answer that is not held back. */
const aMoment = () => new Promise(resolve => setTimeout(resolve, 50))

t.test('headers of a stream come late, and nothing before them; the other modes take as long', async t => {
  const { client, url } = await start(t, one({ pace: { headers: '800ms', first: '100ms' }, steps: [{ say: 'Hi.' }] }))
  const control = controlOf(url, client.key)
  const stream = watch(client.send({ message: user('go'), stream: true }))
  const sync = watch(client.say('go'))
  const { body } = await client.post({ message: user('go'), background: true })
  await aMoment()
  await control.post('/clock/advance', { ms: 799 })
  await aMoment()
  t.strictSame([stream.come(), sync.come()], [false, false])
  await control.post('/clock/advance', { ms: 1 })
  const response = await stream.promise
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  const { value } = await reader.read()
  t.match(value, /^data: \{"type":"response.started","timestamp":"2026-01-01T00:00:00.800Z"/)
  t.equal(sync.come(), false)
  await control.post('/clock/advance', { ms: 100 })
  t.equal((await sync.promise).status, 200)
  await client.get(body.task_id)
  t.equal((await client.get(body.task_id)).body.status, 'completed')
})

t.test('a reset ends a stream that has not begun', async t => {
  const { client, url } = await start(t, one({ pace: { headers: '1m' }, steps: [{ say: 'Hi.' }] }))
  const stream = client.send({ message: user('go'), stream: true })
  await aMoment()
  await controlOf(url, client.key).post('/reset', {})
  t.equal(await (await stream).text(), ': the mock has ended this task\n\n')
})

const answers: Record<string, [script: Omit<ScriptShape, 'name'>, status: number | 'fetch failed']> = {
  'an HTTP answer': [{ http: { status: 503, delay: '2s' } }, 503],
  'a fault': [{ http: { fault: 'reset', delay: '2s' } }, 'fetch failed'],
  'an entry of attempts': [{ attempts: [{ http: { status: 429, delay: '2s' } }] }, 429],
}
for (const [what, [script, status]] of Object.entries(answers))
  t.test(`${what} comes after its delay, by the workspace's clock`, async t => {
    const { client, url } = await start(t, one(script))
    const control = controlOf(url, client.key)
    const answer = watch(
      client.send({ message: user('go') }).then(
        response => response.status,
        (error: Error) => error.message,
      ),
    )
    await aMoment()
    await control.post('/clock/advance', { ms: 1999 })
    await aMoment()
    t.equal(answer.come(), false)
    await control.post('/clock/advance', { ms: 1 })
    t.equal(await answer.promise, status)
  })

t.test('an answer to a poll comes after its delay', async t => {
  const { client, url } = await start(t, one({ polls: [{ status: 503, delay: '2s' }], steps: [] }))
  const { body } = await client.post({ message: user('go'), background: true })
  const poll = watch(fetch(`${url}/v2/agents/support/responses/${body.task_id}`, { headers: client.headers }))
  await aMoment()
  t.equal(poll.come(), false)
  await controlOf(url, client.key).post('/clock/advance', { ms: 2000 })
  t.equal((await poll.promise).status, 503)
})

t.test('whoever waits for an answer is told of a reset, and one that leaves is waited for no more', async t => {
  const { client, url } = await start(t, one({ http: { status: 503, delay: '1m' } }))
  const control = controlOf(url, client.key)
  const waits = client.send({ message: user('go') })
  const leaves = client.send({ message: user('go') }, 'support', { signal: AbortSignal.timeout(100) })
  await t.rejects(leaves)
  await control.post('/reset', {})
  const response = await waits
  t.equal(response.status, 503)
  t.match(await response.json(), { mock: { code: 'task_reset' } })
})

t.test('tools that run together start at once, and are done each after its own time', async t => {
  const tools = [
    { tool: 'slow', takes: '300ms', result: 1 },
    { tool: 'quick', takes: '100ms', error: 'no' },
    { tool: 'other', takes: '300ms' },
  ]
  const steps = [{ together: tools }, { review: 'pay', takes: '400ms' }, { say: 'Done.' }]
  const { client, url } = await start(t, one({ trail: true, steps }))
  const { body } = await client.post({ message: user('go'), background: true })
  await controlOf(url, client.key).post('/clock/advance', { ms: 1000 })
  const { turns } = (await controlOf(url, client.key).get(`/tasks/${body.task_id}`)).body
  type Told = { offset_ms: number; type: string; name?: string; call?: { name: string } }
  t.strictSame(
    (turns[0].events as Told[]).map(({ offset_ms: ms, type }) => `${ms} ${type}`),
    [
      '0 started',
      ...['0 tool_started', '0 tool_started', '0 tool_started'],
      ...['100 tool_failed', '300 tool_done', '300 tool_done'],
      ...['300 review_requested', '700 review_done', '700 spoken', '700 done'],
    ],
  )
  await client.get(body.task_id)
  const { output } = (await client.get(body.task_id)).body
  t.strictSame(
    output[1].parts.map((part: { tool_name: string }) => part.tool_name),
    ['slow', 'quick', 'other'],
    'the trail tells calls as they started',
  )
})

t.test('pauses with a long tail: half are shorter than p50, few longer than p99, and the seed decides', async t => {
  const pace = { each: { p50: '30ms', p99: '400ms' } }
  const words = 'a '.repeat(2001)
  const run = async (seed: string) => {
    const { client, url } = await start(t, { ...one({ pace, steps: [{ say: words }] }), seed })
    const stream = client.stream({ message: user('go') })
    await aMoment()
    await controlOf(url, client.key).post('/clock/advance', { ms: 3_600_000 })
    const { events } = await stream
    const times = events.filter(({ type }) => type === 'part.delta').map(({ timestamp }) => Date.parse(timestamp))
    return times.slice(1).map((ms, index) => ms - times[index]!)
  }
  const pauses = await run('a')
  t.equal(pauses.length, 2000)
  const share = (test: (ms: number) => boolean) => pauses.filter(test).length / pauses.length
  t.ok(Math.abs(share(ms => ms < 30) - 0.5) < 0.06, `${share(ms => ms < 30)} below p50`)
  t.ok(Math.abs(share(ms => ms > 400) - 0.01) < 0.01, `${share(ms => ms > 400)} above p99`)
  t.strictSame(await run('a'), pauses)
  t.notSame(await run('b'), pauses)
})
