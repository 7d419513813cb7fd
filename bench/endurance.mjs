import { connect } from 'node:net'
import { hammer, requestBytes } from './hammer.mjs'
import { start } from './spawn.mjs'

const path = '/v2/agents/bench/responses'
const ask = stream =>
  requestBytes('POST', path, { stream, message: { role: 'user', parts: [{ kind: 'text', text: 'Words, please.' }] } })
const paced = {
  agent: 'bench',
  pace: { each: '20ms' },
  scripts: [{ name: 'paced', steps: [{ say: 'one two three four five six seven eight nine ten' }] }],
}

const startMock = options =>
  start(['bench/targets/mock.mjs'], {
    env: { OPTIONS: JSON.stringify(options) },
    nodeArgs: ['--expose-gc'],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })

const question = (server, name) =>
  new Promise(resolve => {
    const listener = ({ question: asked, answer }) => {
      if (asked !== name) return
      server.child.off('message', listener)
      resolve(answer)
    }
    server.child.on('message', listener)
    server.child.send(name)
  })

/** Heap in use after so many requests, each time after a forced collection. */
export async function soak({ first, total }) {
  const server = await startMock({ fixtures: 'bench/fixtures.yaml' })
  const request = ask(false)
  let sent = 0
  let atFirst
  while (sent < total) {
    const goal = Math.min(atFirst === undefined ? first : total, sent + 50_000)
    while (sent < goal) sent += Math.round(await hammer({ url: server.url, request, seconds: 1 }))
    if (atFirst === undefined && sent >= first) atFirst = { requests: sent, heapMb: await question(server, 'heapMb') }
  }
  const atEnd = { requests: sent, heapMb: await question(server, 'heapMb') }
  await server.stop()
  return { atFirst, atEnd }
}

/** Streams whose clients leave at random moments: every task ends, and nothing stays open. */
export async function drops({ count }) {
  const server = await startMock({ fixtures: paced, maxTasks: count * 2, log: undefined })
  const before = await question(server, 'resources')
  const request = ask(true)
  for (let from = 0; from < count; from += 500)
    await Promise.all(Array.from({ length: Math.min(500, count - from) }, () => drop(server.url, request)))
  await new Promise(resolve => setTimeout(resolve, 1500))
  const { tasks, running, streams } = await question(server, 'health')
  await new Promise(resolve => setTimeout(resolve, 300))
  const after = await question(server, 'resources')
  await server.stop()
  return { count, tasks, running, streams, before: before.length, after: after.length }
}

function drop({ hostname, port }, request) {
  return new Promise(resolve => {
    const socket = connect({ host: hostname, port: Number(port) }, () => {
      socket.write(request)
      setTimeout(() => socket.destroy(), 5 + Math.random() * 150)
    })
    socket.on('error', () => {})
    socket.on('close', resolve)
    socket.resume()
  })
}

/** From SIGTERM to the end, with so many streams open. */
export async function shutdown({ count }) {
  const slow = { ...paced, pace: { each: '1s' } }
  const server = await start(['bench/targets/program.mjs'], { env: { FIXTURE: JSON.stringify(slow) } })
  const request = ask(true)
  const ends = []
  const sockets = await Promise.all(Array.from({ length: count }, () => open(server.url, request, ends)))
  const fromMs = performance.now()
  const code = await server.stop()
  const tookMs = performance.now() - fromMs
  await new Promise(resolve => setTimeout(resolve, 100))
  for (const socket of sockets) socket.destroy()
  return {
    count,
    code,
    tookMs,
    closedWithComment: ends.filter(text => /\n: [^\n]+\n\n\r\n0\r\n\r\n$/.test(text)).length,
  }
}

/** Resolves when the stream's first event has come. */
function open({ hostname, port }, request, ends) {
  return new Promise((resolve, reject) => {
    let text = ''
    const socket = connect({ host: hostname, port: Number(port) }, () => socket.write(request))
    socket.setEncoding('latin1')
    socket.on('data', piece => {
      text += piece
      if (text.includes('response.started')) resolve(socket)
    })
    socket.on('end', () => ends.push(text))
    socket.on('error', reject)
  })
}
