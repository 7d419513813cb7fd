import type { Turn } from '../task/task.ts'
import { estimateOf } from '../task/usage.ts'

/** As the script says it, in the words of this API, or a guess. All of it is required here, or nothing (null). */
export function usageJson(turn: Turn): string {
  const { usage } = turn
  if (usage === null) return 'null'
  if (!usage) {
    const { input, output, total } = estimateOf(turn)
    return tokensJson(input, output, total, '0', '0', '0')
  }
  const { prompt_tokens: input = 0, completion_tokens: output = 0, total_tokens: total = input + output } = usage
  const went = usage.prompt_tokens_details
  const thoughts = whole(usage.completion_tokens_details?.reasoning_tokens)
  return tokensJson(input, output, total, whole(went?.cached_tokens), whole(went?.cache_creation_tokens), thoughts)
}

const whole = (tokens: number | null | undefined) => String(Math.round(tokens ?? 0))

function tokensJson(
  input: number,
  output: number,
  total: number,
  cached: string,
  created: string,
  thoughts: string,
): string {
  const tokens = `"input_tokens":${whole(input)},"output_tokens":${whole(output)},"total_tokens":${whole(total)}`
  return `{${tokens},"input_tokens_details":{"cached_tokens":${cached},"cache_write_tokens":0,"cache_creation_tokens":${created}},"output_tokens_details":{"reasoning_tokens":${thoughts}}}`
}
