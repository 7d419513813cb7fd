import { isMap, isPair, isScalar, isSeq, LineCounter, type Document, type Pair, type YAMLMap } from 'yaml'
import type { Fault, PlacedFault } from '../language/fault.ts'
import { plainCopy } from '../language/plain.ts'
import type { Source } from '../language/source.ts'
import { keyText, readYaml, startOf, type YamlValue } from './yaml-value.ts'
import { parseYaml, type Slip } from './yaml-text.ts'

/** A fixture file in YAML or JSON (which is YAML too); its places are lines and columns. */
export function textSource(name: string, original: string): Source {
  const text = original.replace(/^\uFEFF/, '')
  const lines = new LineCounter()
  const { value, slips, offsetOf } = readText(text, lines)
  const at = ({ offset, message }: Slip): PlacedFault => {
    const { line, col } = lines.linePos(offset)
    const start = lines.lineStarts[line - 1] ?? 0
    return { place: `${name}:${line}:${col}`, message, line, column: col, excerpt: excerpt(text, start, line, col) }
  }
  const locate = (fault: Fault) => at({ offset: offsetOf(fault.path, fault.atKey), message: fault.message })
  const { copy, faults } = slips.length > 0 ? { copy: undefined, faults: [] } : plainCopy(value)
  return {
    name,
    value: copy,
    faults: [...slips.map(at), ...faults.map(locate)],
    place: path => `${name}:${lines.linePos(offsetOf(path, true)).line}`,
    locate,
  }
}

interface Read {
  value: unknown
  slips: Slip[]
  /** Where in the text a path leads; as far as it can be followed. */
  offsetOf(path: Fault['path'], atKey: boolean | undefined): number
}

function readText(text: string, lines: LineCounter): Read {
  const nothing = (slips: Slip[]): Read => ({ value: undefined, slips, offsetOf: () => 0 })
  const doc = parseYaml(text, lines)
  if ('offset' in doc) return nothing([doc])
  const [slip] = [...doc.errors, ...doc.warnings]
  // After the first slip of syntax YAML is lost, and what it says of the rest is noise.
  if (slip)
    return nothing([inPlainWords({ offset: slip.pos[0], message: plainWords[slip.code] ?? slip.message }, text, lines)])
  const read = readYaml(doc)
  if (read.slips.length > 0) return nothing(read.slips.map(found => inPlainWords(found, text, lines)))
  return { value: read.value, slips: [], offsetOf: placesIn(doc, read) }
}

const advice = 'a value that starts with {{ must stand in quotes: "{{ … }}"'

/** For the slips that people make most, words that are not YAML's. */
const plainWords: Record<string, string> = {
  BLOCK_AS_IMPLICIT_KEY: 'a text that holds ": " must stand in quotes',
  MULTIPLE_DOCS: 'a file holds one fixture; a second document (---) is not read',
  TAB_AS_INDENT: 'YAML is indented with spaces, not with tabs',
}

/** YAML reads a bare `{{ name }}` as a map in a map, or not at all; what the reader needs to hear is another thing. */
function inPlainWords(slip: Slip, text: string, lines: LineCounter): Slip {
  const from = lines.lineStarts[lines.linePos(slip.offset).line - 1] ?? 0
  const [line = ''] = text.slice(from, from + longestLine).split('\n', 1)
  const found = /(?:^|[:\-[,])\s*(\{\{)/.exec(line)
  return found ? { offset: from + found.index + found[0].length - 2, message: advice } : slip
}

/** What is looked at of a line; nobody writes a longer one by hand. */
const longestLine = 1000

function placesIn(doc: Document.Parsed, { meant }: YamlValue): Read['offsetOf'] {
  const childOf = makeChildOf()
  return (path, atKey) => {
    let node: unknown = doc.contents
    let offset = startOf(node) ?? 0
    for (const [depth, step] of path.entries()) {
      const last = depth === path.length - 1
      const pair = childOf(meant(node), step)
      node = isPair(pair) ? pair.value : pair
      const key = isPair(pair) ? startOf(pair.key) : undefined
      offset = (last && atKey ? key : undefined) ?? startOf(node) ?? key ?? offset
    }
    return offset
  }
}

/** Remembers the keys of each map that it has looked into. */
function makeChildOf(): (node: unknown, step: string | number) => unknown {
  const known = new WeakMap<YAMLMap, Map<string, Pair>>()
  return (node, step) => {
    if (isSeq(node)) return node.items[Number(step)]
    if (!isMap(node)) return undefined
    const pairs = known.get(node) ?? new Map(node.items.map(pair => [textOfKey(pair.key), pair]))
    known.set(node, pairs)
    return pairs.get(String(step))
  }
}

const textOfKey = (key: unknown) => keyText(isScalar(key) ? key.value : key)

/** How much of a line is shown, and how much of it before the place. */
const shownWidth = 120
const shownBefore = 60

function excerpt(text: string, start: number, line: number, col: number): string {
  const place = start + col - 1
  const behind = text.slice(place, place + shownWidth).search(/\r?(?:\n|$)/)
  const number = String(line)
  const from = Math.max(0, Math.min(col - shownBefore, col - 1 + behind - shownWidth + 20))
  const shown = text.slice(start + from, Math.min(start + from + shownWidth, place + behind)).replaceAll('\t', ' ')
  return `  ${number} | ${shown}\n  ${' '.repeat(number.length)} | ${' '.repeat(col - 1 - from)}^`
}
