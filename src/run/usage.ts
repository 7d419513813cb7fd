import type { Usage } from '../contract/response.ts'

/** About the size of a token in English text. */
const charactersPerToken = 4

/** A guess, from the number of characters asked and answered. */
export function estimateUsage(askedCharacters: number, answeredCharacters: number): Usage {
  const prompt = Math.ceil(askedCharacters / charactersPerToken)
  const completion = Math.ceil(answeredCharacters / charactersPerToken)
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion }
}
