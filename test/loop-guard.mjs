import { writeSync } from 'node:fs'

/**
 * Loaded into a mock before its program. For each line on its standard input it writes one number, in milliseconds, to
 * descriptor 3: for `pause`, how long its event loop stood still at the most since it was last asked (what counts is the
 * time that this process worked, and not what others took from it); for `yardstick`, how long a certain work takes here
 * and now.
 */
const tickMs = 2
let longestMs = 0
let lastMs = performance.now()
let lastWorked = process.cpuUsage()

function tick() {
  const nowMs = performance.now()
  const worked = workedMs(lastWorked)
  longestMs = Math.max(longestMs, Math.min(nowMs - lastMs - tickMs, worked))
  lastMs = nowMs
  lastWorked = process.cpuUsage()
}

function workedMs(from) {
  const { user, system } = process.cpuUsage(from)
  return (user + system) / 1000
}

/** Of the kind that the program does most with large bodies. */
function yardstick() {
  const from = process.cpuUsage()
  const text = JSON.stringify(Array.from({ length: 50_000 }, (_, index) => ({ number: index, name: `name ${index}` })))
  for (let round = 0; round < 3; round += 1) Buffer.from(JSON.stringify(JSON.parse(text))).toString()
  return workedMs(from)
}

setInterval(tick, tickMs).unref()
process.stdin.on('data', chunk => {
  tick()
  for (const line of chunk.toString().split('\n').filter(Boolean)) {
    writeSync(3, `${line === 'yardstick' ? yardstick() : longestMs}\n`)
    longestMs = 0
  }
  lastMs = performance.now()
  lastWorked = process.cpuUsage()
})
process.stdin.unref()
