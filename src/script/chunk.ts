/** A run of so many graphemes without white space still goes out whole: longer than nearly every word. */
const longestWord = 24
/** The size of the pieces, in graphemes, that a longer run is cut into. */
const pieceOfRun = 6

/** How far a text has been read. */
export interface Reader {
  readonly text: string
  at: number
  /** Whether the next chunk goes on with a run that is cut. */
  inRun: boolean
}

export const readFrom = (text: string, { at, inRun }: Omit<Reader, 'text'> = start): Reader => ({ text, at, inRun })
const start = { at: 0, inRun: false }

/**
 * The next chunk of a text as a model streams it: a word with the white space after it. Joined, they are the text;
 * undefined at its end. One at a time, since a text may be as long as a body, and often nobody wants its chunks.
 */
export function nextChunk(reader: Reader): string | undefined {
  const { text, at } = reader
  if (at >= text.length) return undefined
  // White space belongs to the word before it, so only the start of a text can have some of its own.
  const from = at === 0 ? afterSpaces(text, at) : at
  const longest = reader.inRun ? pieceOfRun : longestWord
  const end = afterLetters(text, from, longest)
  reader.inRun = end < text.length && !isSpace(text, end, afterGrapheme(text, end))
  if (!reader.inRun) reader.at = afterSpaces(text, end)
  else reader.at = longest === pieceOfRun ? end : afterLetters(text, from, pieceOfRun)
  return text.slice(at, reader.at)
}

function afterSpaces(text: string, from: number): number {
  let at = from
  while (at < text.length) {
    const next = afterGrapheme(text, at)
    if (!isSpace(text, at, next)) return at
    at = next
  }
  return at
}

/** The end of at most so many graphemes that are no white space. */
function afterLetters(text: string, from: number, most: number): number {
  let at = from
  for (let count = 0; count < most && at < text.length; count += 1) {
    const next = afterGrapheme(text, at)
    if (isSpace(text, at, next)) return at
    at = next
  }
  return at
}

/** A whole grapheme: a space with a combining accent is a letter. */
function isSpace(text: string, from: number, to: number): boolean {
  const code = text.charCodeAt(from)
  if (code > 0x20 && code < 0x80) return false
  if (code < 0x80 && to === from + 1) return code === 0x20 || (code >= 0x09 && code <= 0x0d)
  return /^\s+$/.test(text.slice(from, to))
}

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** Code units; longer than nearly every grapheme. */
const windowSize = 32

function afterGrapheme(text: string, at: number): number {
  if (stands(text.charCodeAt(at)) && (at + 1 === text.length || stands(text.charCodeAt(at + 1)))) return at + 1
  for (let size = windowSize; ; size *= 2) {
    const { segment } = segmenter.segment(text.slice(at, at + size)).containing(0)!
    // What fills the window may go on behind it.
    if (segment.length < size || at + size >= text.length) return at + segment.length
  }
}

/**
 * Letters that are graphemes of their own beside each other: of the Latin, Greek, Cyrillic, Chinese, Japanese and Korean
 * scripts, and the punctuation between them. A line break in two letters is white space either way.
 */
function stands(code: number): boolean {
  if (code < 0x300) return true
  return aloneFrom.some((from, index) => code >= from && code <= aloneTo[index]!)
}

const aloneFrom = [0x370, 0x48a, 0x2010, 0x3001, 0x3041, 0x30a1, 0x4e00, 0xac00, 0xff01]
const aloneTo = [0x482, 0x52f, 0x2027, 0x3029, 0x3096, 0x30fa, 0x9fff, 0xd7a3, 0xff5e]
