import { readJson } from '../json-text.ts'
import type { Answer, Ask } from './ask.ts'
import { contains } from './contains.ts'
import type { Path } from '../language/fault.ts'
import { badReference } from './schema-references.ts'
import type { When } from '../language/shape.ts'
import { shownHeader } from '../shown-header.ts'

/** One condition of a script. What matching asks (`holds`) and what a near miss tells (`expected`, `found`) are the same thing. */
export interface Criterion {
  name: string
  expected: unknown
  holds(ask: Ask): boolean
  found(ask: Ask): unknown
}

/** What only some fixtures need and is loaded when they do. */
export interface Engines {
  /** Compiles an RE2 regular expression; throws on one that is none. */
  regexp(pattern: string): (text: string) => boolean
  /** Compiles a JSON Schema; throws on one that is none. */
  schema(schema: object): (value: unknown) => boolean
}

/** A condition that cannot be compiled. */
export class BadCriterion extends Error {
  readonly path: Path
  constructor(path: Path, message: string) {
    super(message)
    this.path = path
  }
}

/** Whether a condition holds, or why it cannot be told: then it does not. */
export function trial({ holds }: Criterion, ask: Ask): boolean | Error {
  try {
    return holds(ask)
  } catch (error) {
    return error as Error
  }
}

/** The conditions of a script, cheapest first as they are written. */
export function compileWhen(when: When | undefined, engines: Engines): Criterion[] {
  if (!when) return []
  return (Object.keys(when) as (keyof When)[]).flatMap(key => compilers[key](when as Required<When>, engines))
}

const plain = (name: string, expected: unknown, found: (ask: Ask) => unknown): Criterion[] => [
  { name, expected, found, holds: ask => found(ask) === expected },
]

const containing =
  (name: keyof Ask & keyof When) =>
  (when: Required<When>): Criterion[] => {
    const expected = when[name]
    return [{ name, expected, found: ask => ask[name], holds: ask => contains(ask[name], expected) }]
  }

const compilers: { [Key in keyof When]-?: (when: Required<When>, engines: Engines) => Criterion[] } = {
  text: (when, engines) => textCriteria(when.text, engines),
  api: when => plain('api', when.api, ask => ask.api),
  role: when => plain('role', when.role, ask => ask.role),
  stream: when => plain('stream', when.stream, ask => ask.stream),
  background: when => plain('background', when.background, ask => ask.background),
  file: when => [fileCriterion(when.file)],
  tool_result: when => answerCriteria(when.tool_result),
  variables: containing('variables'),
  metadata: containing('metadata'),
  identity: containing('identity'),
  thread: containing('thread'),
  memory: containing('memory'),
  conversation: containing('conversation'),
  headers: when => Object.entries(when.headers).flatMap(([name, value]) => headerCriterion(name, value)),
  body: (when, engines) => {
    const bad = badReference(when.body)
    if (bad) throw new BadCriterion(['body', ...bad.path], bad.message)
    const satisfied = attempt(['body'], () => engines.schema(when.body))
    return [{ name: 'body', expected: when.body, found: ask => ask.body, holds: ask => satisfied(ask.body) }]
  },
}

/** Letter case aside; a sigma is written otherwise at the end of a word. */
const fold = (text: string) => text.toLowerCase().replaceAll('ς', 'σ')

function textCriteria(criterion: Required<When>['text'], engines: Engines): Criterion[] {
  const { equals, contains: part, matches } = typeof criterion === 'string' ? { contains: criterion } : criterion
  const found = (ask: Ask) => ask.text
  const criteria: Criterion[] = []
  if (equals !== undefined)
    criteria.push({ name: 'text.equals', expected: equals, found, holds: ask => ask.text === equals })
  if (part !== undefined) {
    const wanted = fold(part)
    criteria.push({ name: 'text', expected: part, found, holds: ask => fold(ask.text).includes(wanted) })
  }
  if (matches !== undefined) {
    const test = attempt(['text', 'matches'], () => engines.regexp(matches))
    criteria.push({ name: 'text.matches', expected: matches, found, holds: ask => test(ask.text) })
  }
  return criteria
}

function fileCriterion(wanted: Required<When>['file']): Criterion {
  const found = (ask: Ask) => ask.files.map(({ mimeType, name }) => ({ mimeType, name }))
  if (wanted === true) return { name: 'file', expected: true, found, holds: ask => ask.files.length > 0 }
  return { name: 'file', expected: wanted, found, holds: ask => ask.files.some(file => contains(file, wanted)) }
}

function answerCriteria(wanted: Required<When>['tool_result']): Criterion[] {
  const byTool = typeof wanted === 'string' ? { [wanted]: undefined } : wanted
  return Object.entries(byTool).map(([tool, values]) => ({
    name: `tool_result.${tool}`,
    expected: values === undefined ? 'a result' : values,
    found: ask => ask.answers.filter(answer => answer.tool === tool).map(answer => answer.result),
    holds: ask =>
      ask.answers.some(answer => answer.tool === tool && (values === undefined || resultHolds(answer, values))),
  }))
}

/** A scalar that comes as text may be meant as text or as JSON. */
function resultHolds({ result }: Answer, values: unknown): boolean {
  return contains(result, values) || (typeof result === 'string' && contains(readJson(result), values))
}

function headerCriterion(name: string, value: string): Criterion[] {
  const key = name.toLowerCase()
  const sent = (ask: Ask) => (Object.hasOwn(ask.headers, key) ? ask.headers[key] : undefined)
  const found = (ask: Ask) => shownHeader(key, sent(ask))
  const holds = (ask: Ask) => (ask.hadHeader ? ask.hadHeader(key, value) : sent(ask) === value)
  return [{ name: `headers.${name}`, expected: shownHeader(key, value), found, holds }]
}

function attempt<T>(path: string[], compile: () => T): T {
  try {
    return compile()
  } catch (error) {
    throw new BadCriterion(path, (error as Error).message)
  }
}
