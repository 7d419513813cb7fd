import type { Turn } from './task.ts'

/** About the size of a token in English text. */
const charactersPerToken = 4

/** Tokens; each API has names of its own for them. */
interface Tokens {
  input: number
  output: number
  total: number
}

/** A guess from the number of characters asked and answered. Made when asked: it need not be kept. */
export function estimateOf({ asked, answered }: Turn): Tokens {
  const input = Math.ceil(asked / charactersPerToken)
  const output = Math.ceil(answered / charactersPerToken)
  return { input, output, total: input + output }
}
