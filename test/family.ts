import { existsSync, readFileSync } from 'node:fs'
import type { Test } from 'tap'
import { until } from './binary.ts'

/** A command with a child of its own; each writes its process id into the working directory. `trap` is what they do about SIGTERM. */
export const family = (trap = '') => [
  'sh',
  '-c',
  `${trap} echo $$ > parent; sh -c '${trap} echo $$ > child; while :; do sleep 0.1; done' & wait; wait`,
]

export const pidIn = (file: string) =>
  until(() => (existsSync(file) && Number(readFileSync(file, 'utf8'))) || undefined)

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return true
  }
  // A process that has ended and waits for its parent to look is no orphan.
  return existsSync(`/proc/${pid}/stat`) && /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
}

/** Whether all of the family is gone, within a few seconds. What is left is ended. */
export async function demandGone(t: Test, pids: number[]): Promise<void> {
  await until(() => pids.every(isGone) || undefined, 15_000).catch(() => {})
  for (const pid of pids) {
    const gone = t.ok(isGone(pid), `process ${pid} is gone`)
    if (!gone) process.kill(pid, 'SIGKILL')
  }
}
