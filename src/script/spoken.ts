import { chunksOf } from './chunk.ts'
import { compileText, type Render } from './template.ts'

/** A piece of a text, and the same as JSON: what a stream sends, made once. */
export interface Chunk {
  text: string
  json: string
}

/** A text that an agent says or thinks. */
export interface Spoken {
  text: string
  json: string
  chunks: readonly Chunk[]
  /** Code points, so that an emoji counts once. */
  characters: number
}

/** Made once, when it is first played, unless a placeholder makes it new each time. */
export function compileSpoken(text: string): Render<Spoken> {
  const { fixed, render } = compileText(text)
  let made: Spoken | undefined
  return lookup => (fixed === undefined ? spokenOf(render(lookup)) : (made ??= spokenOf(fixed)))
}

export function spokenOf(text: string): Spoken {
  const chunks = chunksOf(text).map(piece => ({ text: piece, json: JSON.stringify(piece) }))
  return { text, json: JSON.stringify(text), chunks, characters: charactersIn(text) }
}

export function charactersIn(text: string): number {
  let count = text.length
  for (let index = 0; index < text.length; index += 1) if ((text.charCodeAt(index) & 0xfc00) === 0xd800) count -= 1
  return count
}
