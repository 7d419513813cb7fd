import * as fc from 'fast-check'
import t from 'tap'
import { chunksOf as listOf } from '../src/script/spoken.ts'

function chunksOf(text: string): string[] {
  const chunks = listOf(text)
  const found: string[] = []
  for (let chunk = chunks.at(0); chunk; chunk = chunks.at(found.length)) found.push(chunk.text)
  return found
}

const family = '👩‍👩‍👧‍👦'

const table: [string, string, string[]][] = [
  ['nothing', '', []],
  ['one word', 'Hello', ['Hello']],
  ['the white space after a word goes with it', 'I found it. ', ['I ', 'found ', 'it. ']],
  ['the white space at the start goes with the first word', ' \n I found', [' \n I ', 'found']],
  ['white space alone', ' \n\t', [' \n\t']],
  ['line breaks are white space', 'one\n\ntwo\r\nthree', ['one\n\n', 'two\r\n', 'three']],
  ['space without a break is white space', 'one\u00a0two\u3000三', ['one\u00a0', 'two\u3000', '三']],
  ['a long word of 24 letters stays whole', `${'x'.repeat(24)} y`, [`${'x'.repeat(24)} `, 'y']],
  ['a longer run is cut every six', 'x'.repeat(26), ['xxxxxx', 'xxxxxx', 'xxxxxx', 'xxxxxx', 'xx']],
  [
    'the last piece of a run keeps the white space after it',
    `${'x'.repeat(26)} y`,
    ['xxxxxx', 'xxxxxx', 'xxxxxx', 'xxxxxx', 'xx ', 'y'],
  ],
  [
    'also where the run comes out even',
    `${'x'.repeat(30)} y`,
    ['xxxxxx', 'xxxxxx', 'xxxxxx', 'xxxxxx', 'xxxxxx ', 'y'],
  ],
  [
    'and a lot of white space',
    `${'x'.repeat(30)}${' '.repeat(9)}y`,
    ['xxxxxx', 'xxxxxx', 'xxxxxx', 'xxxxxx', `xxxxxx${' '.repeat(9)}`, 'y'],
  ],
  [
    'white space at the start is no part of a run',
    `${' '.repeat(7)}${'x'.repeat(26)}`,
    [`${' '.repeat(7)}xxxxxx`, 'xxxxxx', 'xxxxxx', 'xxxxxx', 'xx'],
  ],
  [
    'Chinese is cut by characters',
    '您好您的订单已经找到我们会在三个工作日内把货款退还给您',
    ['您好您的订单', '已经找到我们', '会在三个工作', '日内把货款退', '还给您'],
  ],
  ['a short Chinese sentence stays whole', '您好！ 谢谢', ['您好！ ', '谢谢']],
  ['families are not torn', family.repeat(25), [6, 6, 6, 6, 1].map(count => family.repeat(count))],
  ['nor are flags', '🇳🇱🇧🇪🇱🇺 🇫🇷', ['🇳🇱🇧🇪🇱🇺 ', '🇫🇷']],
  ['nor letters with marks', 'Zoe\u0308 e\u0301te\u0301', ['Zoe\u0308 ', 'e\u0301te\u0301']],
  ['a space with a mark is a letter', 'a \u0301b c', ['a \u0301b ', 'c']],
]

for (const [name, text, chunks] of table)
  t.test(`${name}: ${JSON.stringify(text)}`, async t => t.strictSame(chunksOf(text), chunks))

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })
const graphemesOf = (text: string) => Array.from(segmenter.segment(text), ({ segment }) => segment)
const isSpace = (grapheme: string) => /^\s+$/.test(grapheme)

const piece = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ unit: fc.constantFrom('a', 'é', 'e\u0301', '您', family, '🇳🇱', '\u0301', '\u200d'), maxLength: 60 }),
  fc.string({ unit: fc.constantFrom(' ', '\n', '\r\n', '\t', '\u00a0', '\u3000', '\u2028', '\ufeff'), maxLength: 40 }),
)
const text = fc.array(piece, { maxLength: 8 }).map(pieces => pieces.join(''))

/** Bound by the rule's own words: "a long run", "every few graphemes". */
const surelyShort = 12
const surelyLong = 40
const few = 10

const properties: [string, (text: string, chunks: string[]) => boolean][] = [
  [
    'the chunks make the text, to the byte',
    (text, chunks) => Buffer.from(chunks.join('')).equals(Buffer.from(text)) && chunks.join('') === text,
  ],
  ['no chunk is empty', (_, chunks) => chunks.every(chunk => chunk !== '')],
  [
    'no chunk begins inside a grapheme',
    (text, chunks) => {
      const starts = new Set(Array.from(segmenter.segment(text), ({ index }) => index))
      return boundaries(chunks).every(at => starts.has(at))
    },
  ],
  [
    'every chunk but the first begins with a word',
    (_, chunks) => chunks.slice(1).every(chunk => !isSpace(graphemesOf(chunk)[0]!)),
  ],
  ['a chunk holds one word at most', (_, chunks) => chunks.every(chunk => wordsIn(chunk).length <= 1)],
  [
    'a short word stays whole, with the white space after it',
    (_, chunks) =>
      chunks
        .slice(0, -1)
        .every((chunk, index) => isSpace(graphemesOf(chunk).at(-1)!) || lengthOfRun(chunks, index) > surelyShort),
  ],
  ['a long run does not go out whole', (_, chunks) => chunks.every(chunk => longest(chunk) < surelyLong)],
  [
    'what is cut off a run is a few graphemes',
    (_, chunks) => chunks.slice(0, -1).every(chunk => isSpace(graphemesOf(chunk).at(-1)!) || longest(chunk) <= few),
  ],
]

for (const [name, holds] of properties) {
  t.test(name, async t => {
    fc.assert(
      fc.property(text, text => holds(text, chunksOf(text))),
      { numRuns: 1000 },
    )
    t.pass()
  })
}

function boundaries(chunks: string[]): number[] {
  let at = 0
  return chunks.map(chunk => (at += chunk.length) - chunk.length)
}

/** The runs without white space, as lengths in graphemes. */
function wordsIn(text: string): number[] {
  const words: number[] = []
  let inWord = false
  for (const grapheme of graphemesOf(text)) {
    if (isSpace(grapheme)) inWord = false
    else if (inWord) words[words.length - 1]! += 1
    else {
      words.push(1)
      inWord = true
    }
  }
  return words
}

const longest = (text: string) => Math.max(0, ...wordsIn(text))

/** How long the run is that is cut behind this chunk: the last word of it and the first word of the next ones. */
function lengthOfRun(chunks: string[], index: number): number {
  let [from, to] = [index, index + 1]
  while (from > 0 && !isSpace(graphemesOf(chunks[from - 1]!).at(-1)!)) from -= 1
  while (to < chunks.length && !isSpace(graphemesOf(chunks[to]!).at(-1)!)) to += 1
  return longest(chunks.slice(from, to + 1).join(''))
}
