import type { OutputPart } from '../contract/parts.ts'
import { nextChunk, readFrom, type Reader } from './chunk.ts'
import { unchanging } from './json-of.ts'
import type { Render, Text } from './template.ts'

/** A piece of a text, and the same as JSON, made once. */
export interface Chunk {
  text: string
  json: string
}

/** The chunks of a text, made when they are asked for, and a few of them kept. */
export interface Chunks {
  /** Undefined behind the last. Cheap in their order. */
  at(index: number): Chunk | undefined
  /** The text of the chunks from one to before another, or to the end. */
  join(from: number, to: number): string
}

/** A text that an agent says or thinks. */
export interface Spoken {
  text: string
  readonly json: string
  chunks: Chunks
  /** Code points, so that an emoji counts once. */
  characters: number
  /** As it stands in a message. */
  part: OutputPart
}

/** Made once, when it is first played, unless a placeholder makes it new each time. */
export function compileSpoken({ fixed, render }: Text): Render<Spoken> {
  if (fixed === undefined) return lookup => spokenOf(render(lookup))
  let made: Spoken | undefined
  return () => (made ??= constantSpoken(fixed))
}

function constantSpoken(text: string): Spoken {
  const spoken = spokenOf(text)
  unchanging(spoken.part)
  return spoken
}

export function spokenOf(text: string): Spoken {
  let json: string | undefined
  return {
    text,
    get json() {
      return (json ??= JSON.stringify(text))
    },
    chunks: chunksOf(text),
    characters: charactersIn(text),
    part: { kind: 'text', text },
  }
}

/** So many are made at once. */
const blockSize = 64

export function chunksOf(text: string): Chunks {
  // Where each block begins; a long text has more chunks than anybody can keep.
  const starts: Omit<Reader, 'text'>[] = [{ at: 0, inRun: false }]
  let block: readonly Chunk[] = []
  let loaded = -1

  const load = (wanted: number) => {
    for (let number = Math.min(wanted, starts.length - 1); number <= wanted; number += 1) {
      const reader = readFrom(text, starts[number])
      block = readBlock(reader)
      starts[number + 1] ??= { at: reader.at, inRun: reader.inRun }
    }
    loaded = wanted
  }
  const at = (index: number) => {
    const wanted = Math.floor(index / blockSize)
    if (wanted !== loaded) load(wanted)
    return block[index % blockSize]
  }
  const offsetOf = (index: number) => {
    if (index === Infinity || !at(index)) return text.length
    const before = block.slice(0, index % blockSize)
    return before.reduce((offset, chunk) => offset + chunk.text.length, starts[loaded]!.at)
  }
  return { at, join: (from, to) => text.slice(offsetOf(from), offsetOf(to)) }
}

function readBlock(reader: Reader): Chunk[] {
  const block: Chunk[] = []
  for (
    let text = nextChunk(reader);
    text !== undefined;
    text = block.length < blockSize ? nextChunk(reader) : undefined
  )
    block.push({ text, json: JSON.stringify(text) })
  return block
}

export function charactersIn(text: string): number {
  let count = text.length
  for (let index = 0; index < text.length; index += 1) if ((text.charCodeAt(index) & 0xfc00) === 0xd800) count -= 1
  return count
}
