import { Type, type Static } from '@sinclair/typebox'
import { parseAgentKey } from '../language/agent-key.ts'
import type { Entry } from '../workspace/journal.ts'
import type { Lost } from '../workspace/lost.ts'

const Expectation = Type.Object(
  {
    script: Type.Optional(Type.String({ description: 'The script that played.' })),
    agent: Type.Optional(Type.String({ description: 'The agent as the request named it.' })),
    text: Type.Optional(Type.String({ description: 'The message contains this, letter case aside.' })),
    count: Type.Optional(Type.Integer({ minimum: 0, description: 'Exactly so many such requests.' })),
    at_least: Type.Optional(Type.Integer({ minimum: 1, description: 'So many or more. Default 1.' })),
    never: Type.Optional(Type.Literal(true, { description: 'No such request.' })),
  },
  {
    additionalProperties: false,
    minProperties: 1,
    title: 'Expectation',
    description: 'Requests that are expected to have come. At most one of count, at_least and never.',
  },
)
export type Expectation = Static<typeof Expectation>
export const Expectations = Type.Array(Expectation, { minItems: 1 })

export const Finding = Type.Object(
  {
    expected: Type.String(),
    found: Type.Integer({ description: 'How many came.' }),
    holds: Type.Boolean(),
    nearest: Type.Optional(Type.String({ description: 'Where too few came, what came near; else those that came.' })),
  },
  { title: 'Finding', description: 'One expectation, held against the journal.' },
)
export type Finding = Static<typeof Finding>

/** Whether a request's agent is the one that is meant; without a version, all versions are. */
export function isAgent(found: string, wanted: string): boolean {
  return found === wanted || parseAgentKey(found).key === wanted
}

/** Some part of a request that an expectation speaks of. */
const parts = [
  {
    key: 'script',
    of: (entry: Entry) => entry.script?.name,
    fits: (found: string, wanted: string) => found === wanted,
  },
  {
    key: 'agent',
    of: (entry: Entry) => entry.agent,
    fits: isAgent,
  },
  {
    key: 'text',
    of: (entry: Entry) => entry.text,
    fits: (found: string, wanted: string) => found.toLowerCase().includes(wanted.toLowerCase()),
  },
] as const

/** Turns count, not polls, nor what reached no agent. */
export const turnsOf = (entries: readonly Entry[]): Entry[] =>
  entries.filter(
    ({ method, agent, refusal }) => method === 'POST' && agent !== undefined && refusal?.code !== 'wrong_method',
  )

/** Requests that are no longer known. */
export interface Gaps {
  fallenOut: number
  lost: Lost
}

const isWhole = ({ fallenOut, lost }: Gaps) => fallenOut + lost.requests === 0 && !lost.perhaps

/** What cannot be told, because of what is no longer known, is not claimed. */
export function verify(
  turns: readonly Entry[],
  expectations: readonly Expectation[],
  ordered: boolean,
  gaps: Gaps,
): Finding[] {
  const whole = isWhole(gaps)
  let from = 0
  return expectations.map(expectation => {
    const matching = [...turns.keys()].filter(index => misses(turns[index]!, expectation) === 0)
    const later = ordered ? matching.filter(index => index >= from) : matching
    const { least, most } = boundsOf(expectation)
    const enough = later.length >= least
    if (ordered && enough && least > 0) from = later[least - 1]! + 1
    const known = whole || most === Infinity
    const holds = enough && matching.length <= most && known
    const nearest = () => (matching.length > most ? cameOf(turns, matching) : nearestOf(turns, expectation))
    return {
      expected: describe(expectation, ordered),
      found: matching.length,
      holds,
      ...(holds ? {} : { nearest: nearest() }),
    }
  })
}

/** The findings, as a person would tell them. */
export function account(findings: readonly Finding[], turns: readonly Entry[], gaps: Gaps): string {
  const failed = findings.filter(finding => !finding.holds)
  return [
    `Not verified: ${failed.length} of ${findings.length} ${findings.length === 1 ? 'expectation does' : 'expectations do'} not hold.`,
    ...failed.map(({ expected, found, nearest }) =>
      `- expected ${expected}; came ${times(found)}. ${nearest ?? ''}`.trimEnd(),
    ),
    `The journal holds ${turns.length} ${turns.length === 1 ? 'turn' : 'turns'}${turns.length > 0 ? ':' : '.'}`,
    ...turns.slice(-20).map(entry => `  ${showEntry(entry)}`),
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

function boundsOf({ count, at_least: least, never }: Expectation): { least: number; most: number } {
  if (never) return { least: 0, most: 0 }
  return count === undefined ? { least: least ?? 1, most: Infinity } : { least: count, most: count }
}

/** How many parts of the expectation a request does not meet. */
function misses(entry: Entry, expectation: Expectation): number {
  return parts.filter(({ key, of, fits }) => {
    const [wanted, found] = [expectation[key], of(entry)]
    return wanted !== undefined && (found === undefined || !fits(found, wanted))
  }).length
}

function nearestOf(turns: readonly Entry[], expectation: Expectation): string {
  const others = turns.filter(entry => misses(entry, expectation) > 0)
  const [nearest] = others.toSorted((one, other) => misses(one, expectation) - misses(other, expectation))
  return nearest ? `The nearest other request is ${showEntry(nearest)}.` : 'No other request came.'
}

/** Where too many came, these are what the reader looks for. */
function cameOf(turns: readonly Entry[], matching: readonly number[]): string {
  const shown = matching.slice(0, 10).map(index => `#${turns[index]!.number}`)
  return `These came: ${shown.join(', ')}${matching.length > 10 ? ', …' : ''}.`
}

const times = (count: number) => (count === 0 ? 'never' : count === 1 ? 'once' : `${count} times`)

function describe(expectation: Expectation, ordered: boolean): string {
  const subject =
    parts
      .flatMap(({ key }) => (expectation[key] === undefined ? [] : `${key} ${JSON.stringify(expectation[key])}`))
      .join(', ') || 'any request'
  const { least, most } = boundsOf(expectation)
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
