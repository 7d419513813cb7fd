import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { ServerResponse } from 'node:http'
import { connect, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import { controlOf } from './control.ts'
import { eventsOf, fixture, start, user } from './kit.ts'
import { turns } from './raw-http.ts'

const key = 'test-key'

/** How much a server holds back for a client at most, from now on. */
function watchBuffers(t: Test): { most(): number } {
  const responses: ServerResponse[] = []
  const note = (message: unknown) => void responses.push((message as { response: ServerResponse }).response)
  subscribe('http.server.request.start', note)
  let most = 0
  const timer = setInterval(look, 1)
  t.teardown(() => {
    unsubscribe('http.server.request.start', note)
    clearInterval(timer)
  })
  function look() {
    for (const { writableLength, socket } of responses)
      most = Math.max(most, writableLength, socket?.writableLength ?? 0)
  }
  return { most: () => (look(), most) }
}

/** Asks for a stream and reads nothing of it. */
async function askWithoutReading(url: string): Promise<Socket> {
  const body = JSON.stringify({ message: user('tell'), stream: true })
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.pause()
  const head = `POST ${turns} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\n`
  socket.write(`${head}connection: close\r\ncontent-length: ${body.length}\r\n\r\n${body}`)
  return socket
}

for (const pace of ['instant', { first: '300ms', each: '1ms' }] as const) {
  t.test(
    `a client that does not read costs bounded memory, and its task completes (${JSON.stringify(pace)})`,
    async t => {
      const text = 'Once upon a time there was a mock. '.repeat(10_000)
      const long = fixture([{ name: 'long', pace, hold: { polls: 0 }, steps: [{ say: text }] }])
      const { client, url, mock } = await start(t, { fixtures: [long], clock: 'manual' })
      const control = controlOf(url, key)
      const buffers = watchBuffers(t)
      const socket = await askWithoutReading(url)
      const { id } = await control.task()
      while (mock.workspaces.of(key).tasks.running() > 0) await control.advance(5000)
      t.match((await client.get(id)).body, { status: 'completed', output: [{ parts: [{ text }] }] })
      await new Promise(resolve => setTimeout(resolve, 100))
      t.ok(buffers.most() < 500_000, `${buffers.most()} bytes were held back`)
      t.match((await control.requests())[0], { end: 'running' }, 'the stream is open still')

      let received = ''
      socket
        .setEncoding('utf8')
        .on('data', (piece: string) => (received += piece))
        .resume()
      await new Promise(resolve => socket.on('close', resolve))
      t.ok(received.length > 20 * text.length, 'when it reads at last, all of it is there')
      const { events, done } = eventsOf(unchunked(received))
      t.ok(done)
      const pieces = events.map(event =>
        event.type === 'part.delta' && event.data.delta.kind === 'text' ? event.data.delta.text : '',
      )
      t.equal(pieces.join(''), text)
    },
  )
}

function unchunked(reply: string): string {
  let [left, text] = [reply.slice(reply.indexOf('\r\n\r\n') + 4), '']
  for (;;) {
    const end = left.indexOf('\r\n')
    const size = Number.parseInt(left.slice(0, end), 16)
    if (!size) return text
    text += left.slice(end + 2, end + 2 + size)
    left = left.slice(end + 4 + size)
  }
}
