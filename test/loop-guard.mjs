import { writeFileSync } from 'node:fs'

/**
 * Loaded into a mock before its program: writes down, when asked by SIGUSR2, for how long its event loop stood still at
 * the most since it was last asked. What counts is the time that this process worked, and not what others took from it.
 */
const tickMs = 2
let longestMs = 0
let lastMs = performance.now()
let lastWorked = process.cpuUsage()

setInterval(() => {
  const nowMs = performance.now()
  const { user, system } = process.cpuUsage(lastWorked)
  longestMs = Math.max(longestMs, Math.min(nowMs - lastMs - tickMs, (user + system) / 1000))
  lastMs = nowMs
  lastWorked = process.cpuUsage()
}, tickMs).unref()

process.on('SIGUSR2', () => {
  writeFileSync(process.env.LOOP_GUARD, String(longestMs))
  longestMs = 0
})
