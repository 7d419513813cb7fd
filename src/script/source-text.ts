import {
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Node,
} from 'yaml'
import type { Fault, PlacedFault } from './fault.ts'
import type { Source } from './source.ts'

/** A fixture file in YAML or JSON (which is YAML too); its places are lines and columns. */
export function textSource(name: string, original: string): Source {
  const text = original.replace(/^\uFEFF/, '')
  const lines = new LineCounter()
  const doc = parseDocument(text, { lineCounter: lines, merge: true, prettyErrors: false, logLevel: 'error' })
  const at = ({ offset, message }: Slip): PlacedFault => {
    const { line, col } = lines.linePos(offset)
    return { place: `${name}:${line}:${col}`, message, line, column: col, excerpt: excerpt(text, line, col) }
  }
  const slips = slipsOf(doc, text)
  const value = slips.length === 0 ? toValue(doc, slips) : undefined
  return {
    name,
    value,
    faults: slips.map(at),
    place: path => `${name}:${lines.linePos(offsetOf(doc, { path, message: '', atKey: true })).line}`,
    locate: fault => at({ offset: offsetOf(doc, fault), message: fault.message }),
  }
}

/** Something that YAML, or we, cannot read. */
interface Slip {
  offset: number
  message: string
}

const advice = 'a value that starts with {{ must stand in quotes: "{{ … }}"'

function slipsOf(doc: Document.Parsed, text: string): Slip[] {
  const problems = [...doc.errors, ...doc.warnings]
  // After the first slip of syntax YAML is lost, and what it says of the rest is noise.
  const first = problems.find(({ code }) => code !== 'DUPLICATE_KEY')
  const told = first ? [first] : problems
  const slips = told.map(
    ({ pos: [offset], code, message }) => bracesIn(text, offset) ?? { offset, message: plainWords[code] ?? message },
  )
  return slips.length > 0 ? slips : nodeSlips(doc, text)
}

/** For the slips that people make most, words that are not YAML's. */
const plainWords: Record<string, string> = {
  BLOCK_AS_IMPLICIT_KEY: 'a text that holds ": " must stand in quotes',
  MULTIPLE_DOCS: 'a file holds one fixture; a second document (---) is not read',
  DUPLICATE_KEY: 'this key stands twice in the same place',
  TAB_AS_INDENT: 'YAML is indented with spaces, not with tabs',
}

/** What is YAML but cannot be a fixture: keys that are no text, and anchors that are not there or hold themselves. */
function nodeSlips(doc: Document.Parsed, text: string): Slip[] {
  const slips: Slip[] = []
  visit(doc, {
    Pair(_key, { key }) {
      if (!isCollection(key)) return undefined
      const offset = start(key) ?? 0
      slips.push(bracesIn(text, offset) ?? { offset, message: 'a key must be a text' })
      return visit.SKIP
    },
    Alias(_key, alias, path) {
      const offset = start(alias) ?? 0
      const meant = alias.resolve(doc)
      if (!meant) slips.push({ offset, message: `there is no anchor "${alias.source}" before this` })
      else if (path.includes(meant)) slips.push({ offset, message: `the anchor "${alias.source}" holds itself` })
    },
  })
  return slips
}

/** YAML reads a bare `{{ name }}` as a map in a map, or not at all; what the reader needs to hear is another thing. */
function bracesIn(text: string, offset: number): Slip | undefined {
  const from = text.lastIndexOf('\n', offset - 1) + 1
  const [line = ''] = text.slice(from).split('\n', 1)
  const found = /(?:^|[:\-[,])\s*(\{\{)/.exec(line)
  return found ? { offset: from + found.index + found[0].length - 2, message: advice } : undefined
}

function toValue(doc: Document.Parsed, slips: Slip[]): unknown {
  try {
    return doc.toJS({ maxAliasCount: 1000 }) as unknown
  } catch (error) {
    slips.push({ offset: 0, message: (error as Error).message })
    return undefined
  }
}

/** Where in the text a path leads; as far as it can be followed. */
function offsetOf(doc: Document.Parsed, { path, atKey }: Fault): number {
  let node: unknown = doc.contents
  let offset = start(node) ?? 0
  for (const [depth, step] of path.entries()) {
    const last = depth === path.length - 1
    const pair = childOf(isAlias(node) ? node.resolve(doc) : node, step)
    node = isPair(pair) ? pair.value : pair
    const key = isPair(pair) && isNode(pair.key) ? start(pair.key) : undefined
    offset = (last && atKey ? key : undefined) ?? start(node) ?? key ?? offset
  }
  return offset
}

function childOf(node: unknown, step: string | number): unknown {
  if (isMap(node)) return node.items.find(({ key }) => (isScalar(key) ? String(key.value) : String(key)) === step)
  return isSeq(node) ? node.items[Number(step)] : undefined
}

const start = (node: unknown): number | undefined => (isNode(node) ? (node as Node).range?.[0] : undefined)

/** How much of a line is shown, and how much of it before the place. */
const shownWidth = 120
const shownBefore = 60

function excerpt(text: string, line: number, col: number): string {
  const whole = (text.split('\n', line)[line - 1] ?? '').replace(/\r$/, '')
  const number = String(line)
  const from = Math.max(0, Math.min(col - shownBefore, whole.length - shownWidth + 20))
  const shown = whole.slice(from, from + shownWidth).replaceAll('\t', ' ')
  return `  ${number} | ${shown}\n  ${' '.repeat(number.length)} | ${' '.repeat(col - 1 - from)}^`
}
