import { Type, type Static } from '@sinclair/typebox'
import { likeness, mostCompared, showVerdict, short, type Verdict } from '../matching/near-miss.ts'
import type { Entry } from '../workspace/journal.ts'
import type { Lost } from '../workspace/lost.ts'
import { meets, verdictsOn, type Demand, type Turn } from './expectation.ts'

const NearMiss = Type.Object(
  {
    number: Type.Integer({ description: 'Of the entry in the journal.' }),
    criteria: Type.Array(
      Type.Object({
        criterion: Type.String(),
        holds: Type.Boolean(),
        expected: Type.Unknown(),
        found: Type.Optional(Type.Unknown()),
      }),
    ),
  },
  { title: 'RequestNearMiss', description: 'A request that was not as expected, and why.' },
)

export const Finding = Type.Object(
  {
    expected: Type.String(),
    found: Type.Integer({ description: 'How many came.' }),
    holds: Type.Boolean(),
    nearest: Type.Optional(Type.String({ description: 'Where too few came, what came near; else those that came.' })),
    near_misses: Type.Optional(Type.Array(NearMiss, { description: 'The same for programs, where too few came.' })),
  },
  { title: 'Finding', description: 'One expectation, held against the journal.' },
)
export type Finding = Static<typeof Finding>

/** Turns count, not polls, nor what reached no agent. */
export const isTurn = ({ method, agent, refusal }: Entry): boolean =>
  method === 'POST' && agent !== undefined && refusal?.code !== 'wrong_method'

/** Requests that are no longer known. */
export interface Gaps {
  fallenOut: number
  lost: Lost
}

const isWhole = ({ fallenOut, lost }: Gaps) => fallenOut + lost.requests === 0 && !lost.perhaps

/** An expectation, and the requests that meet it, by their indexes. */
interface Held {
  demand: Demand
  matching: readonly number[]
  holds: boolean
}

/** What cannot be told, because of what is no longer known, is not claimed. */
export function verify(turns: readonly Turn[], demands: readonly Demand[], ordered: boolean, gaps: Gaps): Held[] {
  const whole = isWhole(gaps)
  let from = 0
  return demands.map(demand => {
    const { least, most } = demand
    const matching = [...turns.keys()].filter(index => meets(turns[index]!, demand))
    const later = ordered ? matching.filter(index => index >= from) : matching
    const enough = later.length >= least
    if (ordered && enough && least > 0) from = later[least - 1]! + 1
    const known = whole || most === Infinity
    return { demand, matching, holds: enough && matching.length <= most && known }
  })
}

export function findingOf({ demand, matching, holds }: Held, turns: readonly Turn[], ordered: boolean): Finding {
  const finding = { expected: describe(demand, ordered), found: matching.length, holds }
  if (holds) return finding
  if (matching.length > demand.most) return { ...finding, nearest: cameOf(turns, matching) }
  const near = nearestOf(turns, demand)
  const misses = near.map(({ turn, criteria }) => ({ number: turn.entry.number, criteria }))
  return { ...finding, nearest: tellNearest(near), ...(near.length > 0 ? { near_misses: misses } : {}) }
}

/** The findings, as a person would tell them. */
export function account(findings: readonly Finding[], turns: readonly Turn[], gaps: Gaps): string {
  const failed = findings.filter(finding => !finding.holds)
  return [
    `Not verified: ${failed.length} of ${findings.length} ${findings.length === 1 ? 'expectation does' : 'expectations do'} not hold.`,
    ...failed.map(({ expected, found, nearest }) =>
      `- expected ${expected}; came ${times(found)}. ${nearest ?? ''}`.trimEnd(),
    ),
    `The journal holds ${turns.length} ${turns.length === 1 ? 'turn' : 'turns'}${turns.length > 0 ? ':' : '.'}`,
    ...turns.slice(-20).map(({ entry }) => `  ${showEntry(entry)}`),
    ...tellGaps(gaps),
  ].join('\n')
}

function tellGaps({ fallenOut, lost }: Gaps): string[] {
  const loss = lost.perhaps ? 'Requests may have gone' : `${lost.requests} older requests went`
  return [
    ...(fallenOut > 0
      ? [
          `${fallenOut} older requests fell out of the journal, so that exact counts cannot be told: raise --max-requests or --max-journal-bytes.`,
        ]
      : []),
    ...(lost.perhaps || lost.requests > 0
      ? [`${loss} with a dropped workspace, so that exact counts cannot be told: raise --max-workspaces.`]
      : []),
    ...(lost.overlays > 0
      ? ['Fixtures that were put for a key went with its dropped workspace: put them again, or raise --max-workspaces.']
      : []),
  ]
}

const mostNear = 3

interface Near {
  turn: Turn
  criteria: Verdict[]
}

/** The requests that lack least of what was expected. */
function nearestOf(turns: readonly Turn[], demand: Demand): Near[] {
  const missesOf = (turn: Turn) => demand.checks.filter(check => !check.holds(turn)).length
  return turns
    .map(turn => ({ turn, misses: missesOf(turn) }))
    .filter(({ misses }) => misses > 0)
    .sort((one, other) => one.misses - other.misses)
    .slice(0, mostCompared)
    .map(({ turn, misses }) => {
      const criteria = verdictsOn(turn, demand)
      return { turn, criteria, distance: misses - likeness(criteria) }
    })
    .sort((one, other) => one.distance - other.distance)
    .slice(0, mostNear)
}

function tellNearest(near: readonly Near[]): string {
  if (near.length === 0) return 'No other request came.'
  const lines = near.map(({ turn, criteria }) => {
    const reasons = turn.entry.askAgain ? criteria.filter(({ holds }) => !holds).map(showVerdict) : []
    return [showEntry(turn.entry), ...reasons].join('; ')
  })
  return `The nearest other ${near.length === 1 ? 'request' : 'requests'}:${lines.map(line => `\n    ${line}`).join('')}`
}

/** Where too many came, these are what the reader looks for. */
function cameOf(turns: readonly Turn[], matching: readonly number[]): string {
  const shown = matching.slice(0, 10).map(index => `#${turns[index]!.entry.number}`)
  return `These came: ${shown.join(', ')}${matching.length > 10 ? ', …' : ''}.`
}

const times = (count: number) => (count === 0 ? 'never' : count === 1 ? 'once' : `${count} times`)

function describe({ checks, least, most }: Demand, ordered: boolean): string {
  const subject =
    checks.map(({ name, expected }) => `${name} ${JSON.stringify(short(expected))}`).join(', ') || 'any request'
  const bound = most === Infinity ? `at least ${times(least)}` : times(most)
  return `${subject} ${bound}${ordered ? ', in this order' : ''}`
}

function showEntry({ number, agent, text, script }: Entry): string {
  const shown =
    text === undefined
      ? 'a request that was refused'
      : JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)
  return `#${number} ${agent ?? '?'}: ${shown} → ${script?.name ?? 'no script'}`
}
