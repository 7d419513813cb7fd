import type { OutputPart } from '../contract/parts.ts'
import { chunksOf } from './chunk.ts'
import { constant } from './constant.ts'
import { compileText, type Render } from './template.ts'

/** A piece of a text, and the same as JSON, made once. */
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
  /** As it stands in a message. */
  part: OutputPart
}

/** Made once, when it is first played, unless a placeholder makes it new each time. */
export function compileSpoken(text: string): Render<Spoken> {
  const { fixed, render } = compileText(text)
  if (fixed === undefined) return lookup => spokenOf(render(lookup))
  let made: Spoken | undefined
  return () => (made ??= constantSpoken(fixed))
}

function constantSpoken(text: string): Spoken {
  const spoken = spokenOf(text)
  constant(spoken.part)
  return spoken
}

export function spokenOf(text: string): Spoken {
  const chunks = chunksOf(text).map(piece => ({ text: piece, json: JSON.stringify(piece) }))
  const part = { kind: 'text' as const, text }
  return { text, json: JSON.stringify(text), chunks, characters: charactersIn(text), part }
}

export function charactersIn(text: string): number {
  let count = text.length
  for (let index = 0; index < text.length; index += 1) if ((text.charCodeAt(index) & 0xfc00) === 0xd800) count -= 1
  return count
}
