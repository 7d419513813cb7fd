import { Type, type Static } from '@sinclair/typebox'
import { trial, type Criterion } from '../criteria/criteria.ts'
import type { Ask } from '../criteria/ask.ts'
import { parseAgentKey } from '../language/agent-key.ts'
import type { When } from '../language/shape.ts'
import { short, type Verdict } from '../matching/near-miss.ts'
import type { Entry } from '../workspace/journal.ts'

/** Its shape is the language's own, and checked by what checks fixtures. */
const AsInScripts = Type.Unsafe<When>(
  Type.Object(
    {},
    {
      additionalProperties: true,
      description: 'The request meets these conditions, as `when` of a script in /__admin/fixture.schema.json.',
    },
  ),
)

const Expectation = Type.Object(
  {
    script: Type.Optional(Type.String({ description: 'The script that played.' })),
    agent: Type.Optional(Type.String({ description: 'The agent as the request named it.' })),
    text: Type.Optional(Type.String({ description: 'The message contains this, letter case aside.' })),
    when: Type.Optional(AsInScripts),
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

/** A request that an agent was asked by, as it is looked at here. */
export interface Turn {
  entry: Entry
  /** What it asked; undefined where it was refused before that was known. */
  ask(): Ask | undefined
}

/** What a request asked is read again when somebody wants to know, and once, however often it is looked at. */
export function turnReader(): (entry: Entry) => Turn {
  const asks = new WeakMap<Entry, Ask>()
  const askOf = (entry: Entry) => {
    const known = asks.get(entry) ?? entry.askAgain?.(entry)
    if (known) asks.set(entry, known)
    return known
  }
  return entry => ({ entry, ask: () => askOf(entry) })
}

/** One thing that an expectation wants of a request. */
interface Check {
  name: string
  expected: unknown
  holds(turn: Turn): boolean
  found(turn: Turn): unknown
}

/** An expectation, ready to be held against requests. */
export interface Demand {
  checks: readonly Check[]
  least: number
  most: number
}

/** `criteria`: those of its `when`. */
export function demandOf(expectation: Expectation, criteria: readonly Criterion[]): Demand {
  return { checks: [...ownChecks(expectation), ...criteria.map(checkOf)], ...boundsOf(expectation) }
}

/** Whether a request's agent is the one that is meant; without a version, all versions are. */
export function isAgent(found: string, wanted: string): boolean {
  return found === wanted || parseAgentKey(found).key === wanted
}

/** The parts of a request that have a key of their own. */
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

function ownChecks(expectation: Expectation): Check[] {
  return parts.flatMap(({ key, of, fits }) => {
    const expected = expectation[key]
    if (expected === undefined) return []
    const holds = ({ entry }: Turn) => {
      const found = of(entry)
      return found !== undefined && fits(found, expected)
    }
    return { name: key, expected, holds, found: ({ entry }: Turn) => of(entry) }
  })
}

function checkOf(criterion: Criterion): Check {
  const { name, expected } = criterion
  return {
    name,
    expected,
    holds(turn) {
      const ask = turn.ask()
      return ask !== undefined && trial(criterion, ask) === true
    },
    found(turn) {
      const ask = turn.ask()
      return ask && criterion.found(ask)
    },
  }
}

function boundsOf({ count, at_least: least, never }: Expectation): { least: number; most: number } {
  if (never) return { least: 0, most: 0 }
  return count === undefined ? { least: least ?? 1, most: Infinity } : { least: count, most: count }
}

export const meets = (turn: Turn, { checks }: Demand): boolean => checks.every(check => check.holds(turn))

/** What a request has of an expectation, and what not. */
export function verdictsOn(turn: Turn, { checks }: Demand): Verdict[] {
  return checks.map(check => ({
    criterion: check.name,
    holds: check.holds(turn),
    expected: short(check.expected),
    found: short(check.found(turn)),
  }))
}
