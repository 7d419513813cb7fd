import { hash } from 'node:crypto'

/** Four words of 32 bits that a text stands for; other texts, other words. */
export type Seed = readonly [number, number, number, number]

export function seedOf(text: string): Seed {
  const digest = hash('sha256', text, 'buffer')
  return [digest.readInt32LE(0), digest.readInt32LE(4), digest.readInt32LE(8), digest.readInt32LE(12)]
}

/**
 * Words of 32 bits, from 0, the same for the same seed and stream (sfc32, of the PractRand suite). Chance that can be
 * repeated, and no call into cryptography for each id; nothing here is a secret.
 */
export function randomOf([one, two, three, four]: Seed, stream: number): () => number {
  let a = one
  let b = two
  let c = three ^ stream
  let d = (four + Math.imul(stream, 0x9e3779b1)) | 0
  const next = () => {
    const sum = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + sum) | 0
    return sum >>> 0
  }
  // So that streams that begin alike have parted.
  for (let round = 0; round < 12; round += 1) next()
  return next
}
