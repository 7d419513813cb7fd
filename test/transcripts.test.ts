import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { parse } from 'yaml'
import { ApiError, TaskNotFound } from '../src/contract/errors.ts'
import { StreamEvent } from '../src/contract/events.ts'
import { AgentResponse, TaskResponse } from '../src/contract/response.ts'
import type { FixtureFile } from '../src/language/shape.ts'
import { makeServer, type Mock } from '../src/server.ts'
import { headOf, type Task } from '../src/task/task.ts'
import { exchange, playOut, takenUp, type Exchange } from './exchange.ts'
import { eventsOf, wrong } from './kit.ts'
import { streamFaults } from './stream-rules.ts'
import { orderFaults, router, routerEventsOf, wrongError, wrongEvent, wrongResponse } from './v3-kit.ts'

/**
 * One scenario a file of the folder `transcripts`: in `# ` comments what it shows (the test's name), the fixture, then
 * requests as JSON, each with what comes back, to the byte. `<task>` and `<call 1>` in a request stand for ids of the
 * reply before it; `--- poll` is a GET of the task. UPDATE_TRANSCRIPTS=1 writes what comes back into the files. Those
 * in `transcripts/v3` are asked of the router, where `<response>` stands for the id of the response before it; where one
 * has the name of another above it, it plays the same fixture.
 */
const top = join(import.meta.dirname, 'transcripts')
const update = process.env.UPDATE_TRANSCRIPTS === '1'

const key = 'transcript-key'

/** What is asked of each API, and how what comes back is looked at. */
const wires = {
  v2: {
    folder: top,
    path: '/v2/agents/support/responses',
    pollOf: (task: Task) => task.id,
    wrongError: (body: unknown) => wrong(ApiError, body),
    wrongAbsence: (body: unknown) => wrong(TaskNotFound, body),
    wrongReply: (body: unknown) => wrong(AgentResponse, body),
    wrongPoll: (body: unknown) => wrong(TaskResponse, body),
    wrongEvent: (event: unknown) => wrong(StreamEvent, event),
    read(text: string) {
      const { events, done } = eventsOf(text)
      return { done, faults: streamFaults(events, done) }
    },
  },
  v3: {
    folder: join(top, 'v3'),
    path: router,
    pollOf: (task: Task) => headOf(task).ids.response,
    wrongError,
    wrongAbsence: wrongError,
    wrongReply: wrongResponse,
    wrongPoll: wrongResponse,
    wrongEvent,
    read(text: string) {
      const { events, done } = routerEventsOf(text)
      return { done, faults: orderFaults(events, done) }
    },
  },
}
type Wire = (typeof wires)[keyof typeof wires]
const stepMs = 10
/** Real time. A connection that has been silent so long after the run's end is taken to stay so. */
const silenceMs = 1000
/** Real time. Shorter than the silence, so that a stream that ought to be silent has its chance to break it. */
const keepAliveMs = 300

const transcriptsIn = (folder: string) => readdirSync(folder).filter(name => name.endsWith('.txt'))

for (const [api, wire] of Object.entries(wires)) {
  const files = transcriptsIn(wire.folder)
  t.test(`there are transcripts of ${api}`, async t => t.ok(files.length > 0))

  for (const file of files.sort()) {
    const text = readFileSync(join(wire.folder, file), 'utf8')
    t.test(`${api}, ${file}: ${titleOf(text)}`, async t => {
      t.match(text, /^# /, 'it says what it shows')
      t.match(text, /^--- request$/m, 'it has a request')
      const played = await play(t, text, wire)
      if (update) writeFileSync(join(wire.folder, file), played)
      else t.equal(text, played)
    })
  }

  t.test(`a transcript of ${api} without its expectation does not pass`, async t => {
    const text = readFileSync(join(wire.folder, files[0]!), 'utf8')
    const bare = text.slice(0, text.search(/^--- (?:stream|reply)$/m))
    t.not(await play(t, bare, wire), bare)
  })
}

t.test('one fixture, unchanged, plays on both', async t => {
  const fixtureIn = (folder: string, file: string) => {
    const [head = ''] = readFileSync(join(folder, file), 'utf8').split(/^(?=--- )/m)
    return parse(head) as FixtureFile
  }
  const both = transcriptsIn(wires.v3.folder).filter(file => transcriptsIn(wires.v2.folder).includes(file))
  t.ok(both.length > 20)
  for (const file of both) t.strictSame(fixtureIn(wires.v3.folder, file), fixtureIn(wires.v2.folder, file), file)
})

t.test('the client tells how a connection ends', async t => {
  const head = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: 9\r\n\r\n'
  const ends: Record<string, (socket: Socket) => void> = {
    closed: socket => socket.end(`${head}123456789`),
    'broken off': socket => socket.end(`${head}1234`),
    'connection reset': socket => socket.write(`${head}1234`, () => setTimeout(() => socket.resetAndDestroy(), 50)),
  }
  for (const [ending, end] of Object.entries(ends)) {
    const server = createServer(socket => void socket.once('data', () => end(socket)))
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const { port } = server.address() as AddressInfo
    const sent = exchange(`http://127.0.0.1:${port}`, { key, path: '/' })
    t.equal(await sent.ended, ending)
    t.match(sent.received(), '1234')
    server.close()
  }
})

function titleOf(text: string): string {
  return (/^(?:# .*\n)+/.exec(text)?.[0] ?? 'it has no words').replace(/^# /gm, '').replaceAll('\n', ' ').trim()
}

/** Answers the transcript as the server would have it. */
async function play(t: Test, text: string, wire: Wire): Promise<string> {
  const [head = '', ...sections] = text.split(/^(?=--- )/m)
  const fixture = parse(head) as FixtureFile
  const [stalls, hangs] = [head.includes('cut: stall'), head.includes('fault: hang')]
  const mock = await makeServer({
    fixtures: [fixture],
    clock: 'manual',
    seed: 'golden',
    ...(stalls ? { keepAliveMs } : {}),
  })
  const url = await mock.listen(0, '127.0.0.1')
  let played = head
  try {
    for (const section of sections.filter(section => /^--- (?:request|poll)\n/.test(section))) {
      const answer = await send(mock, url, section, wire, hangs)
      checkContract(t, head, section, wire, answer)
      played += section + shown(answer)
      answer.leave()
    }
  } finally {
    await mock.close()
  }
  return played
}

type Answer = Exchange & { ending(): Exclude<ReturnType<Exchange['ending']>, 'left'> }

async function send(mock: Mock, url: string, section: string, wire: Wire, silent: boolean): Promise<Answer> {
  const { path } = wire
  const task = mock.workspaces.of(key).tasks.all().at(-1)
  const target = section.startsWith('--- poll')
    ? { path: `${path}/${wire.pollOf(task!)}` }
    : { path, body: JSON.parse(withIds(section.slice(section.indexOf('\n')))) as unknown }
  const answer = exchange(url, { key, ...target })
  if (!silent) await takenUp(mock, key, answer)
  await playOut(mock, key, stepMs)
  await Promise.race([answer.ended, sleep(silenceMs, undefined, { ref: false })])
  return answer as Answer

  function withIds(json: string): string {
    const calls = task?.state === 'inactive' ? task.turn.calls : []
    return json
      .replaceAll('<task>', task?.id ?? '')
      .replaceAll('<response>', task ? headOf(task).ids.response : '')
      .replace(/<call (\d+)>/g, (_, number) => calls[Number(number) - 1]?.id ?? '')
  }
}

const isStream = (answer: Exchange) => answer.headers()['content-type'] === 'text/event-stream'

/** Headers that tell of the connection or of the moment, not of the API. */
const passing = /^(?:date|connection|keep-alive|content-length|transfer-encoding|vary|access-control-.*)$/

function shown(answer: Answer): string {
  const end = `<${answer.ending() ?? 'nothing more'}>\n`
  if (isStream(answer)) return `--- stream\n${answer.received()}${end}`
  const headers = Object.entries(answer.headers())
    .filter(([name]) => !passing.test(name))
    .map(([name, value]) => `${name}: ${String(value)}\n`)
  const ended = answer.ending() === 'closed' ? '' : end
  const line = answer.status() === 0 ? '' : `HTTP ${answer.status()}\n${headers.join('')}\n${answer.received()}\n`
  return `--- reply\n${line}${ended}`
}

/** What a fixture breaks on purpose is looked at frame by frame. */
function checkContract(t: Test, fixture: string, section: string, wire: Wire, answer: Answer): void {
  const text = answer.received()
  if (isStream(answer)) {
    t.equal(answer.status(), 200)
    if (/raw:|cut: garbage/.test(fixture)) return checkFrames(t, text, wire)
    const { done, faults } = wire.read(text)
    t.ok(done || fixture.includes('cut:'), 'the stream ends with [DONE]')
    t.strictSame(faults, [], 'the stream is in order')
  } else if (answer.status() >= 400) {
    const isAbsent = section.startsWith('--- poll') && answer.status() === 404
    const fault = isAbsent ? wire.wrongAbsence : wire.wrongError
    if (!fixture.includes('body:')) t.equal(fault(JSON.parse(text)), '')
  } else if (fixture.includes('reply_fault:') && section.startsWith('--- request')) {
    t.not(wire.wrongReply(text), '', 'the reply is lost')
  } else if (!fixture.includes('http:')) {
    const body: unknown = JSON.parse(text)
    t.equal(section.startsWith('--- poll') ? wire.wrongPoll(body) : wire.wrongReply(body), '')
  }
}

function checkFrames(t: Test, text: string, wire: Wire): void {
  const frames = [...text.matchAll(/^data: (\{"type":.*\})$/gm)].map(([, json]) => JSON.parse(json!) as unknown)
  t.ok(frames.length > 0)
  for (const frame of frames) t.equal(wire.wrongEvent(frame), '')
}
