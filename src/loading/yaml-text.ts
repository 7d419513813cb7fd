import { Composer, Lexer, Parser, YAMLParseError, type CST, type Document, type LineCounter } from 'yaml'
import { deepestLevels } from '../json-text.ts'
import { tooDeep } from '../language/plain.ts'

/** Something that YAML, or we, cannot read. */
export interface Slip {
  offset: number
  message: string
}

/** YAML takes about a kilobyte of memory for each. */
const mostTokens = 2_000_000

/**
 * A YAML text as a tree of nodes, or why it is none. What would exhaust memory or the stack is refused before the tree
 * is built: running out of either would end the process.
 */
export function parseYaml(text: string, lines: LineCounter): Document.Parsed | Slip {
  const tokens = tokensOf(text, lines)
  if (!tokens)
    return { offset: 0, message: `is too large: more than ${mostTokens.toLocaleString('en')} words and signs of YAML` }
  const offset = deepIn(tokens)
  if (offset !== undefined) return { offset, message: tooDeep }
  // Keys that stand twice are found by us: YAML holds each against each.
  const composer = new Composer({ lineCounter: lines, merge: true, uniqueKeys: false, logLevel: 'error' })
  const [doc, second] = composer.compose(tokens, true, text.length)
  if (second) doc!.errors.push(new YAMLParseError(second.range.slice(0, 2) as [number, number], 'MULTIPLE_DOCS', ''))
  return doc as Document.Parsed
}

function tokensOf(text: string, lines: LineCounter): CST.Token[] | undefined {
  const parser = new Parser(lines.addNewLine)
  const tokens: CST.Token[] = []
  let count = 0
  lines.addNewLine(0)
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token)
    count += 1
    if (count > mostTokens) return undefined
  }
  for (const token of parser.end()) tokens.push(token)
  return tokens
}

/** Where something stands that is nested too deep. */
function deepIn(tokens: readonly CST.Token[]): number | undefined {
  const left = tokens.map(token => ({ token, depth: 0 }))
  for (let next = left.pop(); next; next = left.pop()) {
    const { token, depth } = next
    if (token.type === 'document' && token.value) left.push({ token: token.value, depth })
    if (!('items' in token)) continue
    if (depth >= deepestLevels) return token.offset
    for (const { key, value } of token.items)
      for (const below of [key, value]) if (below) left.push({ token: below, depth: depth + 1 })
  }
  return undefined
}
