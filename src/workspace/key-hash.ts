import { randomFillSync } from 'node:crypto'

/** Answers a number of 53 bits that stands for a text, and from which the text cannot be had back. */
type KeyHash = (text: string) => number

/**
 * Hashes of this process alone: two lanes of multiply and mix (as in MurmurHash3), which begin with secrets. A digest
 * would be a tenth of what a whole request costs; two of a million texts share one once in ten thousand processes.
 */
export function makeKeyHash(): KeyHash {
  const [first, second] = randomFillSync(new Int32Array(2)) as unknown as [number, number]
  return text => {
    let one = first
    let two = second
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index)
      one = Math.imul(one ^ code, 0x9e3779b1)
      two = Math.imul(two ^ code, 0x85ebca77)
    }
    return (mix(one ^ (two >>> 13)) >>> 0) * 2 ** 21 + (mix(two ^ (one >>> 13)) >>> 11)
  }
}

function mix(bits: number): number {
  const once = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35)
  return twice ^ (twice >>> 16)
}
