import type { Usage } from '../contract/response.ts'
import type { Turn } from './task.ts'

/** About the size of a token in English text. */
const charactersPerToken = 4

/** As the script says, or a guess from the number of characters asked and answered. Made when asked: the guess need not be kept. */
export function usageOf({ usage, asked, answered }: Turn): Usage | null {
  if (usage !== undefined) return usage
  const prompt = Math.ceil(asked / charactersPerToken)
  const completion = Math.ceil(answered / charactersPerToken)
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion }
}
