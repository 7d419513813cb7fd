import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hammer, requestBytes } from './hammer.mjs'
import { start } from './spawn.mjs'
import { median } from './table.mjs'

const path = '/v2/agents/bench/responses'
const message = { role: 'user', parts: [{ kind: 'text', text: 'Seven words, please.' }] }

/** Sync POSTs, polls and instant streams a second: ours with the journal on, ours with 1,000 other scripts, and the bare floor. */
export async function throughput({ rounds, seconds }) {
  const ours = await startMock()
  const crowded = await startMock(...manyScripts(1000))
  const samples = await sample(ours.url)
  const bare = await start(['bench/targets/bare.mjs'], { env: { REPLY: samples.reply, FRAMES: samples.frames } })
  const servers = { ours, crowded, bare }
  const tasks = Object.fromEntries(
    await Promise.all(Object.entries(servers).map(async ([name, { url }]) => [name, await taskOf(url)])),
  )
  const kinds = {
    'sync POST': () => requestBytes('POST', path, { message }),
    'GET poll': name => requestBytes('GET', `${path}/${tasks[name]}`, undefined, 'poll'),
    'instant stream': () => requestBytes('POST', path, { message, stream: true }),
  }
  const figures = {}
  for (const [kind, request] of Object.entries(kinds)) {
    const found = { ours: [], crowded: [], bare: [] }
    for (let round = 0; round < rounds; round += 1)
      for (const [name, { url }] of Object.entries(servers))
        found[name].push(await hammer({ url, request: request(name), seconds }))
    figures[kind] = Object.fromEntries(Object.entries(found).map(([name, values]) => [name, median(values)]))
  }
  await Promise.all(Object.values(servers).map(server => server.stop()))
  return figures
}

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

async function sample(url) {
  const send = body =>
    fetch(new URL(path, url), {
      method: 'POST',
      headers: { authorization: 'Bearer sample', 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }).then(reply => reply.text())
  const frames = await send({ message, stream: true })
  const count = frames.split('\n\n').length - 1
  if (count !== 11) throw new Error(`the script should make 11 frames, not ${count}`)
  return { reply: await send({ message }), frames }
}

/** A finished task to poll, of a key whose tasks nobody else drops; the floor takes any. */
async function taskOf(url) {
  const reply = await fetch(new URL(path, url), {
    method: 'POST',
    headers: { authorization: 'Bearer poll', 'content-type': 'application/json' },
    body: JSON.stringify({ message }),
  })
  return (await reply.json()).task_id
}
