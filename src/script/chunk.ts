/** A run of so many graphemes without white space still goes out whole: longer than nearly every word. */
const longestWord = 24
/** The size of the pieces, in graphemes, that a longer run is cut into. */
const pieceOfRun = 6

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** A text as a model streams it: each chunk is a word with the white space after it. Joined, they are the text. */
export function chunksOf(text: string): string[] {
  const plain = /^[\t\n\r -~]*$/.test(text)
  const words = plain ? (text.match(/\s*\S+\s*|\s+/g) ?? []) : wordsOf(graphemesOf(text))
  return words.flatMap(word => (word.length > longestWord ? cutLong(word) : word))
}

/** Of windows, since the time Intl.Segmenter takes grows with the square of a text. The last of a window may go on. */
function graphemesOf(text: string): string[] {
  const found: string[] = []
  let size = windowSize
  for (let from = 0; from < text.length;) {
    const graphemes = Array.from(segmenter.segment(text.slice(from, from + size)), ({ segment }) => segment)
    if (from + size < text.length && graphemes.length === 1) {
      size *= 2
      continue
    }
    if (from + size < text.length) graphemes.pop()
    for (const grapheme of graphemes) {
      found.push(grapheme)
      from += grapheme.length
    }
    size = windowSize
  }
  return found
}

/** Code units. */
const windowSize = 512

/** By graphemes, because white space may begin one: a space with a combining accent is one character. */
function wordsOf(graphemes: string[]): string[] {
  const words: string[] = []
  let word = ''
  let spaceSeen = false
  let letterSeen = false
  for (const grapheme of graphemes) {
    const space = /^\s+$/.test(grapheme)
    if (!space && spaceSeen && letterSeen) {
      words.push(word)
      word = ''
      spaceSeen = false
    }
    word += grapheme
    if (space) spaceSeen = letterSeen
    else letterSeen = true
  }
  return word === '' ? words : [...words, word]
}

/** The white space around a run stays with its first and its last piece. */
function cutLong(word: string): string[] {
  const run = word.trim()
  const start = word.indexOf(run)
  const graphemes = graphemesOf(run)
  if (graphemes.length <= longestWord) return [word]
  const pieces: string[] = []
  for (let from = 0; from < graphemes.length; from += pieceOfRun)
    pieces.push(graphemes.slice(from, from + pieceOfRun).join(''))
  pieces[0] = word.slice(0, start) + pieces[0]!
  pieces.push(pieces.pop()! + word.slice(start + run.length))
  return pieces
}
