import type { Clock } from '../clock.ts'
import type { Run } from '../run/run.ts'
import type { Veil } from '../run/hold.ts'
import { noVeil } from '../run/hold.ts'
import type { Attempt, Hold, HttpAnswer, Pace, Script } from '../script/script.ts'
import type { Library } from '../script/library.ts'
import { memoryStore, type TaskStore } from '../task/store.ts'
import { randomOf, type Seed } from './random.ts'

/** What holds for every workspace of a server. */
export interface WorkspaceSettings {
  /** The scripts of the fixtures folder, as they are now. */
  library(): Library
  /** Overrides the fixtures. */
  pace: Pace | undefined
  hold: Hold | undefined
  maxTasks: number
  makeClock(): Clock
}

/** What belongs to one API key. */
export interface Workspace {
  /** Says which key, without giving it away. */
  fingerprint: string
  settings: WorkspaceSettings
  clock(): Clock
  tasks: TaskStore
  /** Where scripts are looked for, in the order of their precedence. */
  libraries(): Library[]
  /** The entry of a script that this request gets. */
  nextAttempt(script: Script): Attempt
  /** Chance for one more turn: its ids and its jitter. */
  nextTurn(): { ids: () => number; jitter: () => number }
  /** What goes on about a task beside its state. */
  live(taskId: string): Live
  begin(taskId: string, live: Live): void
  reset(): void
}

/** A task's latest run, and what a poll gets to see of it. */
export interface Live {
  run: Run | undefined
  veil: Veil
  /** Answers to the next GETs. */
  polls: HttpAnswer[]
}

const nothingLive: Live = { run: undefined, veil: noVeil, polls: [] }

export function makeWorkspace(fingerprint: string, seed: Seed, settings: WorkspaceSettings): Workspace {
  let clock = settings.makeClock()
  let turns = 0
  const attempts = new Map<string, number>()
  const live = new Map<string, Live>()
  const tasks = memoryStore(settings.maxTasks, task => live.delete(task.id))

  return {
    fingerprint,
    settings,
    clock: () => clock,
    tasks,
    libraries: () => [settings.library()],
    nextAttempt(script) {
      const key = `${script.source}\n${script.name}`
      const count = attempts.get(key) ?? 0
      attempts.set(key, count + 1)
      return script.attempts[Math.min(count, script.attempts.length - 1)]!
    },
    nextTurn() {
      turns += 1
      return { ids: randomOf(seed, 2 * turns), jitter: randomOf(seed, 2 * turns + 1) }
    },
    live: taskId => live.get(taskId) ?? nothingLive,
    begin: (taskId, now) => void live.set(taskId, now),
    reset() {
      for (const { run } of live.values()) run?.abort()
      live.clear()
      tasks.clear()
      attempts.clear()
      turns = 0
      clock = settings.makeClock()
    },
  }
}
