import { connect } from 'node:net'
import { writeFileSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { requestBytes } from './hammer.mjs'
import { start } from './spawn.mjs'
import { residentMb } from './startup.mjs'

const chunkMs = 100
const chunks = 50
const path = '/v2/agents/bench/responses'
const request = requestBytes('POST', path, {
  stream: true,
  message: { role: 'user', parts: [{ kind: 'text', text: 'Go.' }] },
})

/** Many streams at once, a chunk every 100 ms, starts spread over a second: how late chunks come, and what they cost. */
export async function streams({ count }) {
  const fixtures = join(mkdtempSync(join(tmpdir(), 'orq-bench-')), 'paced.yaml')
  writeFileSync(
    fixtures,
    `agent: bench\npace: { first: ${chunkMs}ms, each: ${chunkMs}ms }\nscripts:\n  - name: paced\n    steps:\n      - say: ${'word '.repeat(chunks).trim()}\n`,
  )
  const ours = [
    'dist/bin.js',
    '--port',
    '0',
    '--log-level',
    'warn',
    '--max-tasks',
    String(count * 2),
    '--fixtures',
    fixtures,
  ]
  return {
    ours: await measure(ours, count),
    floor: await measure(['bench/targets/paced.mjs'], count),
  }
}

async function measure(args, count) {
  const server = await start(args, { env: { FRAME_COUNT: String(chunks) } })
  const idleMb = residentMb(server.pid)
  let peakMb = 0
  const watch = setInterval(() => (peakMb = Math.max(peakMb, residentMb(server.pid))), 200)
  const lateness = []
  const runs = Array.from({ length: count }, (_, index) => listen(server.url, (index / count) * 1000, lateness))
  const complete = (await Promise.all(runs)).filter(Boolean).length
  clearInterval(watch)
  await server.stop()
  lateness.sort((one, other) => one - other)
  return { complete, p50Ms: quantile(lateness, 0.5), p99Ms: quantile(lateness, 0.99), memoryMb: peakMb - idleMb }
}

const quantile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]

/** Answers whether the stream came to its end. Lateness is counted from when the stream's first byte came. */
async function listen({ hostname, port }, delayMs, lateness) {
  await new Promise(resolve => setTimeout(resolve, delayMs))
  return new Promise(resolve => {
    let firstMs
    let seen = 0
    let tail = ''
    const socket = connect({ host: hostname, port: Number(port), noDelay: true }, () => socket.write(request))
    socket.setEncoding('latin1')
    socket.on('data', text => {
      const nowMs = performance.now()
      firstMs ??= nowMs
      const deltas = text.split('"part.delta"').length - 1
      for (let index = 0; index < deltas; index += 1) lateness.push(Math.max(0, nowMs - firstMs - ++seen * chunkMs))
      tail = (tail + text).slice(-40)
      if (tail.includes('[DONE]')) {
        socket.destroy()
        resolve(seen === chunks)
      }
    })
    socket.on('error', () => resolve(false))
    socket.on('close', () => resolve(false))
  })
}
