import type { Ask } from '../criteria/ask.ts'
import type { Attempt, AttemptsBy, Script } from '../script/script.ts'
import { randomOf, type Seed } from './random.ts'

/** Which entry of its `attempts` a script plays next. */
export interface Attempts {
  /** The entry that this request gets, without taking it. */
  peek(script: Script, whose: string): Attempt
  /** Counts a request. */
  take(script: Script, whose: string): void
  /** Begins anew for scripts that are no longer there. */
  forget(scripts: readonly Script[]): void
  clear(): void
}

/** So many counters are kept: threads and tasks come and go. The one that has rested longest goes first. */
const mostCounters = 10_000

/** Chance apart from that of turns, which take the streams from 1. */
const streamOfDraws = -1

export function makeAttempts(seed: Seed): Attempts {
  const counters = new Map<string, number>()
  let draws = 0
  const countOf = (script: Script, whose: string) => counters.get(counterOf(script, whose)) ?? 0

  return {
    peek(script, whose) {
      const { attempts, attemptsOrder } = script
      const count = countOf(script, whose)
      if (attempts.length === 1) return attempts[0]
      if (attemptsOrder === 'random') return drawn(attempts, randomOf(seed, streamOfDraws - draws)() / 2 ** 32)
      const index = attemptsOrder === 'cycle' ? count % attempts.length : Math.min(count, attempts.length - 1)
      return attempts[index]!
    },
    take(script, whose) {
      if (script.attempts.length === 1) return
      if (script.attemptsOrder === 'random') draws += 1
      const counter = counterOf(script, whose)
      const count = countOf(script, whose) + 1
      counters.delete(counter)
      counters.set(counter, count)
      if (counters.size > mostCounters) counters.delete(counters.keys().next().value!)
    },
    forget(scripts) {
      const gone = new Set(scripts.filter(({ attempts }) => attempts.length > 1).map(({ key }) => key))
      if (gone.size === 0) return
      for (const counter of counters.keys())
        if (gone.has(counter.slice(0, counter.lastIndexOf('\n')))) counters.delete(counter)
    },
    clear() {
      counters.clear()
      draws = 0
    },
  }
}

/** Clients name threads as they like; a line end in a name must not end the key of the script. */
const counterOf = ({ key }: Script, whose: string) => `${key}\n${whose.replaceAll('\n', ' ')}`

function drawn(attempts: readonly Attempt[], share: number): Attempt {
  const total = attempts.reduce((sum, { weight }) => sum + weight, 0)
  let left = share * total
  return attempts.find(({ weight }) => (left -= weight) < 0) ?? attempts.at(-1)!
}

/** Whose requests count together; those that name none count together too. */
export function whoseAttempts({ thread, conversation, identity }: Ask, by: AttemptsBy, taskId: string): string {
  switch (by) {
    case 'key':
      return ''
    case 'task':
      return taskId
    case 'thread':
      return nameIn(thread?.['id'])
    case 'conversation':
      return nameIn(conversation?.['_id'] ?? conversation?.['id'])
    case 'identity':
      return nameIn(identity?.['id'])
  }
}

const nameIn = (id: unknown): string => (typeof id === 'string' ? id : '')
