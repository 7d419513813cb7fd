import type { Cancel, Clock } from '../clock.ts'
import { noVeil, type Veil } from '../run/hold.ts'
import { abortRun, type Run } from '../run/run.ts'
import { emptyLibrary, type Library } from '../matching/library.ts'
import type { Hold, HttpAnswer, Pace, Script } from '../script/script.ts'
import type { Lookup } from '../script/template.ts'
import type { Claim } from '../task/claim.ts'
import { memoryStore, type TaskStore } from '../task/store.ts'
import { makeAttempts, type Attempts } from './attempts.ts'
import { makeJournal, type Journal, type JournalLimits } from './journal.ts'
import { nothingLost, type Lost } from './lost.ts'
import { randomOf, type Seed } from './random.ts'
import { makeRates, type Rates } from './rates.ts'

/** What holds for every workspace of a server. */
export interface WorkspaceSettings extends JournalLimits {
  /** Hears when a journal may tell something new. */
  tell(): void
  /** The scripts of all workspaces, as they are now, in the order of their precedence. */
  libraries(): readonly Library[]
  /** Overrides the fixtures. */
  pace: Pace | undefined
  hold: Hold | undefined
  maxTasks: number
  makeClock(): Clock
}

/** A lookup that tells `note` of names that lead nowhere. */
type LookupNoting = (note: (name: string) => void) => Lookup

/** What goes on about a task beside its state. */
export interface Live {
  /** Of the latest turn. */
  run: Run
  /** Of the turns before it, so far as they are kept. */
  earlier: readonly Run[]
  veil: Veil
  /** Answers to the next GETs, and what their placeholders name. */
  polls: readonly HttpAnswer[]
  lookup: LookupNoting | undefined
}

/** Where the chance of a turn comes from: that of its ids, and, apart from it, that of its pauses. */
export interface TurnChance {
  ids: () => number
  seed: Seed
  stream: number
}

/** What belongs to one API key. */
export interface Workspace {
  /** Says which key, without giving it away. */
  fingerprint: string
  settings: WorkspaceSettings
  clock(): Clock
  tasks: TaskStore
  journal: Journal
  /** Where scripts are looked for, in the order of their precedence. */
  libraries(): readonly Library[]
  /** Scripts of this workspace alone; they win over all others. */
  setOverlay(overlay: Library): void
  hasOverlay(): boolean
  attempts: Attempts
  rates: Rates
  /** A script has won a request. */
  win(script: Script): void
  /** How many requests the script has won. */
  played(script: Script): number
  /** Does something after so long, or, if the workspace is reset before that, the other thing. */
  later(ms: number, action: () => void, orElse: () => void): Cancel
  /** Chance for one more turn. */
  nextTurn(): TurnChance
  live(taskId: string): Live | undefined
  begin(run: Run, veil: Veil, polls: readonly HttpAnswer[], lookup: LookupNoting): void
  /** The answer to this GET, if a script has one; each is given once. */
  nextPoll(taskId: string): { answer: HttpAnswer; lookup: LookupNoting } | undefined
  /** A request has come; its connection must be done with it before the workspace may go. */
  enter(): void
  leave(): void
  /** What clients still have here: a request under way, a task that runs or is held, scripts of their own. */
  claim(): Claim
  /** What an earlier workspace of the same key took with it. */
  lost(): Lost
  /** What is lost when this one goes. */
  loss(): Lost
  clearJournal(): void
  /** Everything back to the start; runs end where they stand. */
  reset(): void
  /** How often that was done. */
  resets(): number
}

/** How many turns of a task its timeline goes back. */
export const mostRuns = 100
const none: readonly Run[] = []

export function makeWorkspace(
  fingerprint: string,
  seed: Seed,
  settings: WorkspaceSettings,
  lostBefore: Lost,
): Workspace {
  let clock = settings.makeClock()
  let overlay = emptyLibrary
  let turns = 0
  let lost = lostBefore
  // Resets leave it: the requests are still there, and each leaves once.
  let open = 0
  let resets = 0
  const played = new Map<string, number>()
  const live = new Map<string, Live>()
  const tasks = memoryStore(settings.maxTasks, task => live.delete(task.id))
  const journal = makeJournal(settings, settings.tell)
  const hasOverlay = () => overlay !== emptyLibrary
  const attempts = makeAttempts(seed)
  const rates = makeRates()
  // What waits for its time.
  const waiting = new Set<() => void>()

  return {
    fingerprint,
    settings,
    clock: () => clock,
    tasks,
    journal,
    libraries: () => (overlay === emptyLibrary ? settings.libraries() : [overlay, ...settings.libraries()]),
    setOverlay(library) {
      for (const script of overlay.scripts) played.delete(script.key)
      attempts.forget(overlay.scripts)
      rates.forget(overlay.scripts)
      overlay = library
      lost = { ...lost, overlays: 0 }
    },
    hasOverlay,
    attempts,
    rates,
    win: script => void played.set(script.key, (played.get(script.key) ?? 0) + 1),
    played: script => played.get(script.key) ?? 0,
    later(ms, action, orElse) {
      const cancel = clock.at(clock.elapsed() + ms, () => {
        waiting.delete(orElse)
        action()
      })
      waiting.add(orElse)
      return () => {
        waiting.delete(orElse)
        cancel()
      }
    },
    nextTurn() {
      turns += 1
      return { ids: randomOf(seed, 2 * turns), seed, stream: 2 * turns + 1 }
    },
    live: taskId => live.get(taskId),
    begin(run, veil, polls, lookup) {
      const before = live.get(run.taskId)
      const earlier = before ? [...before.earlier, before.run].slice(1 - mostRuns) : none
      // Nothing of a request is kept for scripts that will not ask for it.
      if (veil !== noVeil) tasks.hold(run.taskId, veil)
      live.set(run.taskId, { run, earlier, veil, polls, lookup: polls.length > 0 ? lookup : undefined })
    },
    nextPoll(taskId) {
      const now = live.get(taskId)
      if (!now?.lookup) return undefined
      const [answer, ...rest] = now.polls
      if (!answer) return undefined
      live.set(taskId, { ...now, polls: rest })
      return { answer, lookup: now.lookup }
    },
    enter: () => void (open += 1),
    leave: () => void (open -= 1),
    claim() {
      const claim = open > 0 ? 'firm' : tasks.claim()
      return claim === 'none' && hasOverlay() ? 'weak' : claim
    },
    lost: () => lost,
    loss: () => ({
      requests: lost.requests + journal.dropped() + journal.entries().length,
      tasks: lost.tasks + tasks.dropped() + tasks.size(),
      overlays: lost.overlays + (hasOverlay() ? 1 : 0),
      perhaps: lost.perhaps,
    }),
    clearJournal() {
      journal.clear()
      lost = { ...lost, requests: 0, perhaps: false }
    },
    resets: () => resets,
    reset() {
      const runs = [...live.values()].map(({ run }) => run)
      live.clear()
      tasks.clear()
      played.clear()
      attempts.clear()
      rates.clear()
      journal.clear()
      overlay = emptyLibrary
      lost = nothingLost
      turns = 0
      resets += 1
      for (const run of runs) abortRun(run)
      const ended = [...waiting]
      waiting.clear()
      for (const orElse of ended) orElse()
      clock = settings.makeClock()
    },
  }
}

export const veilOf = (live: Live | undefined): Veil => live?.veil ?? noVeil
