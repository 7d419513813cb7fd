import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hammer, requestBytes } from './hammer.mjs'
import { start } from './spawn.mjs'
import { median } from './table.mjs'

const path = '/v2/agents/bench/responses'
const message = { role: 'user', parts: [{ kind: 'text', text: 'Seven words, please.' }] }

/**
 * Sync POSTs, polls and instant streams a second: ours with the journal on, ours with 1,000 other scripts, and the bare
 * floor. One process of a program may be a fifth faster than the next, for its whole life (where its memory lies, what
 * the compiler made of it): so every figure is the median over several processes, and over rounds in each.
 */
export async function throughput({ processes, rounds, seconds }) {
  const others = manyScripts(1000)
  const samples = await takeSamples()
  const found = Object.fromEntries(Object.keys(kinds).map(kind => [kind, { ours: [], crowded: [], bare: [] }]))
  for (let generation = 0; generation < processes; generation += 1) {
    const servers = {
      ours: await startMock(),
      crowded: await startMock(...others),
      bare: await start(['bench/targets/bare.mjs'], { env: samples }),
    }
    for (const kind of rotated(Object.keys(kinds), generation))
      await measure(kind, servers, found[kind], rounds, seconds)
    await Promise.all(Object.values(servers).map(server => server.stop()))
  }
  return mapValues(found, programs => mapValues(programs, median))
}

/** What is sent; the floor takes any task. */
const kinds = {
  'sync POST': () => requestBytes('POST', path, { message }),
  'GET poll': task => requestBytes('GET', `${path}/${task}`, undefined, 'poll'),
  'instant stream': () => requestBytes('POST', path, { message, stream: true }),
}

async function measure(kind, servers, found, rounds, seconds) {
  const targets = await Promise.all(
    Object.entries(servers).map(async ([name, { url }]) => ({ name, url, request: kinds[kind](await taskOf(url)) })),
  )
  for (const { url, request } of targets) await hammer({ url, request, seconds })
  for (let round = 0; round < rounds; round += 1)
    for (const { name, url, request } of targets) found[name].push(await hammer({ url, request, seconds }))
}

const rotated = (list, by) => list.map((_, index) => list[(index + by) % list.length])
const mapValues = (object, change) =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]))

const startMock = (...more) =>
  start(['dist/bin.js', '--port', '0', '--log-level', 'warn', '--fixtures', 'bench/fixtures.yaml', ...more])

/** Two hundred agents with five scripts each. */
function manyScripts(count) {
  const folder = mkdtempSync(join(tmpdir(), 'orq-bench-'))
  for (let agent = 0; agent < count / 5; agent += 1) {
    const scripts = Array.from({ length: 5 }, (_, index) => ({
      name: `s${index}`,
      when: { text: `word ${index}` },
      steps: [{ say: `Answer ${index} of ${agent}.` }],
    }))
    writeFileSync(join(folder, `${agent}.json`), JSON.stringify({ agent: `other_${agent}`, scripts }))
  }
  return ['--fixtures', folder]
}

/** What the floor sends: as many bytes as the mock does. */
async function takeSamples() {
  const { url, stop } = await startMock()
  const frames = await send(url, { message, stream: true })
  const count = frames.split('\n\n').length - 1
  if (count !== 11) throw new Error(`the script should make 11 frames, not ${count}`)
  const samples = { REPLY: await send(url, { message }), FRAMES: frames }
  await stop()
  return samples
}

/** A finished task to poll, of a key whose tasks nobody else drops. */
const taskOf = async url => JSON.parse(await send(url, { message }, 'poll')).task_id

async function send(url, body, key = 'sample') {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  const reply = await fetch(new URL(path, url), { method: 'POST', headers, body: JSON.stringify(body) })
  return reply.text()
}
