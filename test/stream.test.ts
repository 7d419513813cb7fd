import type { ServerResponse } from 'node:http'
import { connect } from 'node:net'
import t from 'tap'
import type { Run } from '../src/run/run.ts'
import { streamRun } from '../src/http/stream.ts'
import { v2 } from '../src/v2/wire.ts'
import { fixture, start, user } from './kit.ts'

t.test('a client that is gone before its stream begins is not waited for', async t => {
  const response = { closed: true } as ServerResponse
  const ends: string[] = []
  const run = { log: [] } as unknown as Run
  streamRun(run, response, {
    headers: {},
    teller: v2.teller(run),
    split: undefined,
    keepAliveMs: 1000,
    onEnd: end => ends.push(end),
    onFault: () => ends.push('fault'),
  })
  t.strictSame(ends, ['client_left'])
})

t.test('clients that leave at any moment leave no stream open', async t => {
  const paced = fixture([{ name: 'paced', pace: { each: '5ms' }, steps: [{ say: 'one two three four five six' }] }])
  const { url } = await start(t, { fixtures: [paced] })
  const body = JSON.stringify({ stream: true, message: user('Go') })
  const head = `POST /v2/agents/support/responses HTTP/1.1\r\nhost: x\r\nauthorization: Bearer test-key\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`
  const leave = (afterMs: number) =>
    new Promise(resolve => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1', () => {
        socket.write(head + body)
        setTimeout(() => socket.destroy(), afterMs)
      })
      socket.on('close', resolve)
      socket.resume()
    })
  await Promise.all(Array.from({ length: 200 }, (_, index) => leave(index % 40)))
  const untilMs = Date.now() + 5000
  const counters = async () =>
    (await (await fetch(`${url}/__admin/health`)).json()) as { streams: number; running: number }
  let last = await counters()
  while (last.running + last.streams > 0 && Date.now() < untilMs) last = await counters()
  t.match(last, { streams: 0, running: 0 })
})
