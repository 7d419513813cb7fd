import type { Ask } from '../criteria/ask.ts'
import { trial, type Criterion } from '../criteria/criteria.ts'
import type { Library } from './library.ts'
import { follows } from './match.ts'
import type { Script, ScriptRef } from '../script/script.ts'
import { nearest } from '../spelling.ts'

/** One condition of a script, held against a request. */
export interface Verdict {
  criterion: string
  holds: boolean
  /** Of the agent: how the fixture names it. */
  by?: Script['agent']['kind']
  expected: unknown
  found: unknown
}

/** A verdict before anybody has asked what was found. */
type Held = Omit<Verdict, 'found'> & { found(): unknown }

/** A script that did not match, and why. */
export interface NearMiss {
  script: string
  /** `fixtures/support.yaml:14` */
  place: string
  /** What the state of the task has against it. */
  state?: string
  criteria: Verdict[]
}

const mostShown = 5
/** What was found is only looked at where the most holds: there may be many scripts, and much to look at. */
export const mostCompared = 20

/** The scripts that came nearest, the nearest first. */
export function nearMisses(libraries: readonly Library[], ask: Ask, last?: ScriptRef): NearMiss[] {
  const own = libraries.flatMap(library => library.forAgent(ask.agent))
  const candidates = own.length > 0 ? own : ofSimilarAgents(libraries, ask)
  const held = candidates.map(script => {
    const conditions = conditionsOf(script, ask, last)
    return { script, conditions, distance: distance(conditions) }
  })
  const nearer = held.sort(byDistance).slice(0, mostCompared)
  return nearer
    .map(({ script, conditions, distance }) => {
      const criteria = conditions.map(condition => ({ ...condition, found: short(condition.found()) }))
      return { script, criteria, distance: distance - likeness(criteria) }
    })
    .sort(byDistance)
    .slice(0, mostShown)
    .map(({ script, criteria }) => nearMiss(script, criteria, last))
}

const byDistance = (one: { distance: number }, other: { distance: number }) => one.distance - other.distance

/** Where an agent has no script at all, its key may be misspelt. */
function ofSimilarAgents(libraries: readonly Library[], ask: Ask): Script[] {
  const scripts = libraries.flatMap(library => library.scripts)
  const near = nearest(ask.agent.key, [...new Set(scripts.map(script => script.agentText))])
  return near === undefined ? scripts : scripts.filter(script => script.agentText === near)
}

function nearMiss(script: Script, criteria: Verdict[], last: ScriptRef | undefined): NearMiss {
  const state = stateReason(script, last)
  return { script: script.name, place: script.place, ...(state === undefined ? {} : { state }), criteria }
}

/** All that a script asks for: its agent, what the task has played last, and its `when`. */
function conditionsOf(script: Script, ask: Ask, last: ScriptRef | undefined): Held[] {
  const ofWhen = script.criteria.map(criterion => tried(criterion, ask))
  return [agentCondition(script, ask), ...afterCondition(script, last), ...ofWhen]
}

function tried(criterion: Criterion, ask: Ask): Held {
  const { name, expected, found } = criterion
  const holds = trial(criterion, ask)
  if (holds instanceof Error)
    return { criterion: name, holds: false, expected, found: () => `what cannot be tried: ${holds.message}` }
  return { criterion: name, holds, expected, found: () => found(ask) }
}

function agentCondition({ agent, agentText }: Script, { agent: asked }: Ask): Held {
  const holds = agent.kind === 'glob' ? agent.fits(asked) : agentText === asked.key || agentText === asked.full
  return { criterion: 'agent', holds, by: agent.kind, expected: agentText, found: () => asked.full }
}

function afterCondition(script: Script, last: ScriptRef | undefined): Held[] {
  const { after } = script
  if (after.length === 0) return []
  const holds = last !== undefined && follows(script, last)
  return [
    {
      criterion: 'after',
      holds,
      expected: after.length === 1 ? after[0] : after,
      found: () => shownLast(script, last),
    },
  ]
}

/** A name is one only in its file. */
const shownLast = ({ source }: Script, last: ScriptRef | undefined) =>
  last === undefined || last.source === source ? last?.name : `${last.name} of ${last.source}`

function stateReason(script: Script, last: ScriptRef | undefined): string | undefined {
  if (script.after.length === 0 || (last && follows(script, last))) return undefined
  const names = script.after.map(name => `"${name}"`).join(' or ')
  if (!last) return `comes after ${names}; this request opens a new task`
  const elsewhere = last.source === script.source ? '' : ` of ${last.source}`
  return `comes after ${names}; this task's last script was "${last.name}"${elsewhere}`
}

/**
 * How much of a script did not hold; of two alike, more that did brings it nearer. To come next on a task counts for
 * nearly as much as a condition that fails counts against it, since these scripts are the ones that are tried first.
 */
function distance(conditions: readonly Held[]): number {
  const failed = conditions.filter(({ holds }) => !holds)
  const comesNext = conditions.some(({ criterion, holds }) => criterion === 'after' && holds)
  return failed.length - (comesNext ? 0.75 : 0) - (conditions.length - failed.length) / 1000
}

/** What failed, but not by far, fails by half. */
export const likeness = (criteria: readonly Verdict[]) =>
  criteria.filter(({ criterion, holds, expected, found }) => !holds && criterion !== 'after' && isLike(expected, found))
    .length / 2

/** Whether something of the kind came (a result of that tool, a file), or something that shares a word. */
function isLike(expected: unknown, found: unknown): boolean {
  if (Array.isArray(found)) return found.length > 0
  const words = new Set(wordsIn(expected))
  return wordsIn(found).some(word => words.has(word))
}

const wordsIn = (value: unknown): string[] =>
  writtenOut(value)
    .slice(0, 1000)
    .toLowerCase()
    .match(/[\p{L}\p{N}]{4,}/gu) ?? []

const writtenOut = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))

/** Long values are cut: a miss is to be read. */
export function short(value: unknown): unknown {
  const text = writtenOut(value)
  if (text.length <= 300) return value
  return `${text.slice(0, 300)}… (${text.length} characters)`
}

export const showVerdict = ({ criterion, expected, found }: Verdict): string =>
  `${criterion}: expected ${JSON.stringify(expected)}, found ${JSON.stringify(found) ?? 'nothing'}`

/** The nearest script in one sentence. */
export function summarize([nearestMiss]: readonly NearMiss[]): string {
  if (!nearestMiss) return 'No fixture has a script for this agent.'
  const { script, place, state, criteria } = nearestMiss
  const reasons = criteria.filter(({ criterion, holds }) => !holds && criterion !== 'after').map(showVerdict)
  const all = state === undefined ? reasons : [state, ...reasons]
  return `The nearest script is "${script}" (${place}): ${all.join('; ')}.`
}
