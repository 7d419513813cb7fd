import { hash } from 'node:crypto'

/** Four words of 32 bits that a text stands for; other texts, other words. */
export type Seed = readonly [number, number, number, number]

export function seedOf(text: string): Seed {
  const digest = hash('sha256', text, 'buffer')
  return [digest.readUInt32LE(0), digest.readUInt32LE(4), digest.readUInt32LE(8), digest.readUInt32LE(12)]
}

/**
 * Numbers from 0 up to 1, the same for the same seed and stream (sfc32, of the PractRand suite). Chance that can be
 * repeated, and no call into cryptography for each id; nothing here is a secret.
 */
export function randomOf([one, two, three, four]: Seed, stream: number): () => number {
  let a = one | 0
  let b = two | 0
  let c = (three ^ stream) | 0
  let d = (four + Math.imul(stream, 0x9e3779b1)) | 0
  const next = () => {
    const sum = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + sum) | 0
    return (sum >>> 0) / 2 ** 32
  }
  for (let round = 0; round < 12; round += 1) next()
  return next
}
