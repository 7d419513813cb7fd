import type { Usage } from '../contract/response.ts'

/** About the size of a token in English text. */
const charactersPerToken = 4

/** Code points, so that an emoji counts once. */
export function charactersIn(text: string): number {
  let count = text.length
  for (let index = 0; index < text.length; index += 1) if ((text.charCodeAt(index) & 0xfc00) === 0xd800) count -= 1
  return count
}

/** A guess, from the number of characters asked and answered. */
export function estimateUsage(askedCharacters: number, answeredCharacters: number): Usage {
  const prompt = Math.ceil(askedCharacters / charactersPerToken)
  const completion = Math.ceil(answeredCharacters / charactersPerToken)
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion }
}
