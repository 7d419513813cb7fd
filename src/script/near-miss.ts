import type { Ask } from './ask.ts'
import { trial, type Criterion } from './criteria.ts'
import type { Library } from './library.ts'
import { follows } from './match.ts'
import type { Script, ScriptRef } from './script.ts'
import { nearest } from './spelling.ts'

/** One condition of a script, held against a request. */
interface Verdict {
  criterion: string
  holds: boolean
  expected: unknown
  found: unknown
}

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

/** The scripts that came nearest, the nearest first. */
export function nearMisses(libraries: readonly Library[], ask: Ask, last?: ScriptRef): NearMiss[] {
  const own = libraries.flatMap(library => library.forAgent(ask.agent))
  const candidates = own.length > 0 ? own : ofSimilarAgents(libraries, ask)
  const missed = candidates.map(script => nearMiss(script, ask, last))
  return missed.sort((one, other) => distance(one) - distance(other)).slice(0, mostShown)
}

/** Where an agent has no script at all, its key may be misspelt. */
function ofSimilarAgents(libraries: readonly Library[], ask: Ask): Script[] {
  const scripts = libraries.flatMap(library => library.scripts)
  const near = nearest(ask.agent.key, [...new Set(scripts.map(script => script.agentText))])
  return near === undefined ? scripts : scripts.filter(script => script.agentText === near)
}

function nearMiss(script: Script, ask: Ask, last: ScriptRef | undefined): NearMiss {
  const state = stateReason(script, last)
  const criteria = script.criteria.map(criterion => verdict(criterion, ask))
  const agent = agentVerdict(script, ask)
  return {
    script: script.name,
    place: script.place,
    ...(state === undefined ? {} : { state }),
    criteria: [...agent, ...criteria],
  }
}

function verdict(criterion: Criterion, ask: Ask): Verdict {
  const { name, expected, found } = criterion
  const holds = trial(criterion, ask)
  if (holds instanceof Error)
    return { criterion: name, holds: false, expected, found: `what cannot be tried: ${holds.message}` }
  return { criterion: name, holds, expected, found: short(found(ask)) }
}

function agentVerdict({ agent, agentText }: Script, ask: Ask): Verdict[] {
  const fits =
    agent.kind === 'glob' ? agent.fits(ask.agent) : agentText === ask.agent.key || agentText === ask.agent.full
  return fits ? [] : [{ criterion: 'agent', holds: false, expected: agentText, found: ask.agent.full }]
}

function stateReason(script: Script, last: ScriptRef | undefined): string | undefined {
  if (script.after.length === 0 || (last && follows(script, last))) return undefined
  const names = script.after.map(name => `"${name}"`).join(' or ')
  if (!last) return `comes after ${names}; this request opens a new task`
  const elsewhere = last.source === script.source ? '' : ` of ${last.source}`
  return `comes after ${names}; this task's last script was "${last.name}"${elsewhere}`
}

/** How much of a script did not hold; what held brings it nearer. */
function distance({ state, criteria }: NearMiss): number {
  const failed = criteria.filter(({ holds }) => !holds).length + (state === undefined ? 0 : 1)
  return failed - criteria.length / 1000
}

/** Long values are cut: a miss is to be read. */
function short(value: unknown): unknown {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  if (text.length <= 300) return value
  return `${text.slice(0, 300)}… (${text.length} characters)`
}

/** The nearest script in one sentence. */
export function summarize([nearestMiss]: readonly NearMiss[]): string {
  if (!nearestMiss) return 'No fixture has a script for this agent.'
  const reasons = nearestMiss.criteria
    .filter(({ holds }) => !holds)
    .map(
      ({ criterion, expected, found }) =>
        `${criterion}: expected ${JSON.stringify(expected)}, found ${JSON.stringify(found) ?? 'nothing'}`,
    )
  const all = nearestMiss.state === undefined ? reasons : [nearestMiss.state, ...reasons]
  return `The nearest script is "${nearestMiss.script}" (${nearestMiss.place}): ${all.join('; ')}.`
}

/** A fixture, ready to paste, that would have matched. JSON strings are YAML strings too. */
export function suggestFixture(ask: Ask): string {
  const agent = /^[^\s/]+$/.test(ask.agent.full) ? ask.agent.full : '*'
  const [tool] = ask.answers.map(answer => answer.tool)
  const when = tool === undefined ? textCriterion(ask.text) : `{ tool_result: ${JSON.stringify(tool)} }`
  return [
    `agent: ${JSON.stringify(agent)}`,
    'scripts:',
    '  - name: new-script',
    ...(when === undefined ? [] : [`    when: ${when}`]),
    '    steps:',
    '      - say: What the agent answers.',
    '',
  ].join('\n')
}

function textCriterion(text: string): string | undefined {
  const line = text
    .split('\n')
    .map(part => part.trim())
    .find(part => part !== '')
  return line === undefined ? undefined : `{ text: ${JSON.stringify(Array.from(line).slice(0, 80).join('').trim())} }`
}
