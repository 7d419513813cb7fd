// npm run bench: every figure beside a floor of the same run. `--quick` takes a tenth of the time; `--only NAME` one part;
// `--table README.md` writes the table there.
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { drops, shutdown } from './endurance.mjs'
import { pinSelf } from './spawn.mjs'
import { startup } from './startup.mjs'
import { streams } from './streams.mjs'
import { row, writeTable } from './table.mjs'
import { throughput } from './throughput.mjs'

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean' },
    only: { type: 'string' },
    table: { type: 'string' },
    json: { type: 'string' },
    streams: { type: 'string' },
  },
})
const wanted = name => values.only === undefined || values.only === name
const pinned = pinSelf()
const rows = []
const add = (...cells) => {
  rows.push(row(...cells))
  console.log(rows.at(-1).text)
}

if (wanted('throughput')) {
  const goals = { 'sync POST': 0.5, 'GET poll': 0.55, 'instant stream': 0.5 }
  const figures = await throughput(
    values.quick ? { processes: 2, rounds: 2, seconds: 0.3 } : { processes: 9, rounds: 3, seconds: 0.4 },
  )
  for (const [kind, { ours, crowded, bare }] of Object.entries(figures)) {
    add(`${kind} per second`, ours, bare, ours / bare, `at least ${goals[kind]}`, ours / bare >= goals[kind])
    add(
      `${kind} per second, 1,000 scripts of other agents loaded`,
      crowded,
      ours,
      crowded / ours,
      'at least 0.9 of the above',
      crowded / ours >= 0.9,
    )
  }
}
if (wanted('startup')) {
  const { ours, fastify } = await startup({ rounds: values.quick ? 7 : 21 })
  add(
    'start to ready, ms (floor: bare Fastify)',
    ours.readyMs,
    fastify.readyMs,
    ours.readyMs / fastify.readyMs,
    'at most 1.25',
    ours.readyMs / fastify.readyMs <= 1.25,
  )
  add(
    'idle memory, MB (floor: bare Fastify)',
    ours.memoryMb,
    fastify.memoryMb,
    ours.memoryMb / fastify.memoryMb,
    'at most 20 MB more',
    ours.memoryMb - fastify.memoryMb <= 20,
  )
}
if (wanted('streams')) {
  const count = Number(values.streams ?? (values.quick ? 500 : 2000))
  const { ours, floor } = await streams({ count })
  add(
    `${count} paced streams at once: complete`,
    ours.complete,
    floor.complete,
    ours.complete / count,
    'every one',
    ours.complete === count,
  )
  add(
    `${count} paced streams: lateness p99, ms`,
    ours.p99Ms,
    floor.p99Ms,
    ours.p99Ms / floor.p99Ms,
    'at most 25 ms',
    ours.p99Ms <= 25,
  )
  add(
    `${count} paced streams: memory, MB`,
    ours.memoryMb,
    floor.memoryMb,
    ours.memoryMb / floor.memoryMb,
    'at most 2',
    ours.memoryMb / floor.memoryMb <= 2,
  )
}
if (wanted('drops')) {
  const { count, tasks, running, streams: open, before, after } = await drops({ count: values.quick ? 1000 : 10_000 })
  add(
    `${count} streams dropped by the client: tasks that ended`,
    tasks - running,
    count,
    (tasks - running) / count,
    'every one',
    running === 0 && tasks === count,
  )
  add(
    '… open streams, timers and sockets left',
    open + after - before,
    0,
    undefined,
    '0',
    open === 0 && after <= before,
  )
}
if (wanted('shutdown')) {
  const { count, code, tookMs, closedWithComment } = await shutdown({ count: values.quick ? 200 : 1000 })
  add(
    `SIGTERM with ${count} open streams: ms to exit 0`,
    tookMs,
    undefined,
    undefined,
    'at most 3000 ms',
    code === 0 && tookMs <= 3000,
  )
  add(
    '… streams closed in order, with a comment',
    closedWithComment,
    count,
    closedWithComment / count,
    'every one',
    closedWithComment === count,
  )
}

const machine = `Node ${process.versions.node}, ${cpus().length} × ${cpus()[0].model.trim()}${pinned ? ', server and load on different cores' : ''}`
console.log(`\n${machine}`)
if (values.json)
  writeFileSync(
    values.json,
    `${JSON.stringify({ machine, rows: rows.map(({ text: _text, ...rest }) => rest) }, null, 2)}\n`,
  )
if (values.table) writeFileSync(values.table, writeTable(readFileSync(values.table, 'utf8'), rows, machine))
const missed = rows.filter(({ met }) => !met)
console.log(missed.length === 0 ? 'all goals met' : `${missed.length} of ${rows.length} goals missed`)
