import { isAlias, isCollection, isMap, isScalar, isSeq, type Document, type Node, type Pair, type YAMLMap } from 'yaml'
import type { Slip } from './yaml-text.ts'

/** What a YAML text says. */
export interface YamlValue {
  value: unknown
  /** Keys that are no text or stand twice, and anchors that are not there or hold themselves. */
  slips: Slip[]
  /** What an alias stands for; any other node is itself. */
  meant(node: unknown): unknown
}

/** An anchor that has come; without a value while its node is being read. */
interface Anchor {
  node: Node
  read?: { value: unknown }
}

interface Reading {
  anchors: Map<string, Anchor>
  aliases: Map<unknown, Node>
  slips: Slip[]
  merged: number
}

const mostMerged = 1_000_000

/** One walk over the tree. Nodes are as deep as `parseYaml` lets them be. */
export function readYaml(doc: Document.Parsed): YamlValue {
  const reading: Reading = { anchors: new Map(), aliases: new Map(), slips: [], merged: 0 }
  const value = readNode(doc.contents, reading)
  return { value, slips: reading.slips, meant: node => reading.aliases.get(node) ?? node }
}

function readNode(node: unknown, reading: Reading): unknown {
  if (isAlias(node)) return readAlias(node, node.source, reading)
  const name = isScalar(node) || isCollection(node) ? node.anchor : undefined
  if (name === undefined) return readContent(node, reading)
  const anchor: Anchor = { node: node as Node }
  reading.anchors.set(name, anchor)
  const value = readContent(node, reading)
  anchor.read = { value }
  return value
}

function readContent(node: unknown, reading: Reading): unknown {
  if (isMap(node)) return readMap(node, reading)
  if (isSeq(node)) return node.items.map(item => readNode(item, reading))
  return isScalar(node) ? node.value : null
}

function readAlias(alias: unknown, name: string, reading: Reading): unknown {
  const anchor = reading.anchors.get(name)
  const slip = (message: string) => void reading.slips.push({ offset: startOf(alias) ?? 0, message })
  if (!anchor) return slip(`there is no anchor "${name}" before this`)
  if (!anchor.read) return slip(`the anchor "${name}" holds itself`)
  reading.aliases.set(alias, anchor.node)
  return anchor.read.value
}

function readMap({ items }: YAMLMap, reading: Reading): object {
  const made = new Map<string, unknown>()
  const own = new Set<string>()
  for (const pair of items) {
    if (isMergeKey(pair)) mergeInto(made, pair, reading)
    else {
      const key = readKey(pair.key, own, reading)
      if (key !== undefined) made.set(key, readNode(pair.value, reading))
    }
  }
  return Object.fromEntries(made)
}

function readKey(node: unknown, own: Set<string>, reading: Reading): string | undefined {
  const slip = (message: string) => void reading.slips.push({ offset: startOf(node) ?? 0, message })
  const value = isCollection(node) ? undefined : readNode(node, reading)
  if (value === undefined || (typeof value === 'object' && value !== null)) return slip('a key must be a text')
  const key = keyText(value)
  if (own.has(key)) return slip('this key stands twice in the same place')
  own.add(key)
  return key
}

/** `<<`, in quotes a key like any other. */
const isMergeKey = ({ key }: Pair) => isScalar(key) && typeof key.value === 'symbol'

/** Keys that are there already stay as they are. */
function mergeInto(made: Map<string, unknown>, { key, value }: Pair, reading: Reading): void {
  const slip = (message: string) => void reading.slips.push({ offset: startOf(value) ?? startOf(key) ?? 0, message })
  for (const source of [readNode(value, reading)].flat()) {
    if (reading.merged > mostMerged) return
    if (typeof source !== 'object' || source === null) return slip('only maps can be merged (<<)')
    const entries = Object.entries(source)
    reading.merged += entries.length
    if (reading.merged > mostMerged) return slip(`more than ${mostMerged.toLocaleString('en')} keys are merged (<<)`)
    for (const [name, below] of entries) if (!made.has(name)) made.set(name, below)
  }
}

/** The text of a key, whatever YAML takes it for. */
export const keyText = (value: unknown): string => (value === null ? '' : String(value))

export const startOf = (node: unknown): number | undefined =>
  isAlias(node) || isScalar(node) || isCollection(node) ? (node.range?.[0] ?? undefined) : undefined
