import {
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document,
  type Node,
} from 'yaml'
import type { Fault, PlacedFault } from './fault.ts'
import type { Source } from './source.ts'

/** A fixture file in YAML or JSON (which is YAML too); its places are lines and columns. */
export function textSource(name: string, text: string): Source {
  const lines = new LineCounter()
  const doc = parseDocument(text, { lineCounter: lines, merge: true, prettyErrors: false })
  const at = (offset: number, message: string): PlacedFault => {
    const { line, col } = lines.linePos(offset)
    return { place: `${name}:${line}:${col}`, message, line, column: col, excerpt: excerpt(text, line, col) }
  }
  const problems = [...doc.errors, ...doc.warnings]
  const faults = problems.map(({ pos, message }) => at(pos[0], unquoted(text, pos[0]) ?? message))
  return {
    name,
    value: faults.length === 0 ? toValue(doc, fault => faults.push(at(0, fault))) : undefined,
    faults,
    place: path => `${name}:${lines.linePos(offsetOf(doc, { path, message: '', atKey: true })).line}`,
    locate: fault => {
      const offset = offsetOf(doc, fault)
      return at(offset, quoteHint(text, offset) ?? fault.message)
    },
  }
}

function toValue(doc: Document, report: (message: string) => void): unknown {
  try {
    return doc.toJS({ maxAliasCount: 1000 }) as unknown
  } catch (error) {
    report((error as Error).message)
    return undefined
  }
}

/** Where in the text a path leads; as far as it can be followed. */
function offsetOf(doc: Document, { path, atKey }: Fault): number {
  let node: unknown = doc.contents
  let offset = start(node) ?? 0
  for (const [depth, step] of path.entries()) {
    const last = depth === path.length - 1
    const pair = childOf(resolve(doc, node), step)
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

const resolve = (doc: Document, node: unknown) => (isAlias(node) ? node.resolve(doc) : node)

const start = (node: unknown): number | undefined => (isNode(node) ? (node as Node).range?.[0] : undefined)

const advice = 'a value that starts with {{ must stand in quotes: "{{ … }}"'

/** YAML reads a bare `{{ name }}` as a map in a map; what the reader needs to hear is another thing. */
function quoteHint(text: string, offset: number): string | undefined {
  return text.startsWith('{{', offset) || text.startsWith('{{', offset - 1) ? advice : undefined
}

/** The same for text that goes on behind the braces, which YAML cannot read at all. */
function unquoted(text: string, offset: number): string | undefined {
  const from = text.lastIndexOf('\n', offset - 1) + 1
  const [line = ''] = text.slice(from).split('\n', 1)
  return /(?:^|[:\-[,])\s*\{\{/.test(line) ? advice : undefined
}

function excerpt(text: string, line: number, col: number): string {
  const shown = (text.split('\n', line)[line - 1] ?? '').replace(/\r$/, '')
  const number = String(line)
  const from = Math.max(0, Math.min(col - 60, shown.length - 100))
  const window = shown.slice(from, from + 120).replaceAll('\t', ' ')
  return `  ${number} | ${window}\n  ${' '.repeat(number.length)} | ${' '.repeat(col - 1 - from)}^`
}
