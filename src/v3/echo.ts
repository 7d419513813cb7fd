import type { RouterRequest } from '../contract/v3/request.ts'
import type { Input } from './input.ts'

/** What a reply says of a request that leaves it out. Of these keys, none may ever be missing. */
const defaults = {
  previous_response_id: null,
  instructions: null,
  tools: [],
  tool_choice: 'auto',
  text: { format: { type: 'text' } },
  temperature: 1,
  top_p: 1,
  presence_penalty: 0,
  frequency_penalty: 0,
  top_logprobs: 0,
  max_output_tokens: null,
  max_tool_calls: null,
  truncation: 'disabled',
  service_tier: 'default',
  parallel_tool_calls: true,
  store: true,
  background: false,
  metadata: {},
  user: null,
  safety_identifier: null,
  prompt_cache_key: null,
  prompt_cache_retention: null,
  prompt_cache_options: null,
} satisfies Partial<Record<keyof RouterRequest, unknown>>

const json = (key: string, value: unknown) => `"${key}":${JSON.stringify(value)},`
const always = Object.entries(defaults).map(([key, value]) => ({
  key: key as keyof typeof defaults,
  unasked: json(key, value),
}))
const whereAsked = ['variables', 'top_k'] as const

/** A longer one is not repeated: whole transcripts come again with each turn, and would be kept with each. */
const longestInput = 64 * 1024

/** The part of a reply that repeats the request: keys with a comma behind each. */
export function echoOf(body: RouterRequest, { items }: Input): string {
  let made = ''
  for (const { key, unasked } of always) made += body[key] === undefined ? unasked : json(key, body[key])
  for (const key of whereAsked) if (body[key] !== undefined) made += json(key, body[key])
  const { reasoning, conversation, memory } = body
  made += json('reasoning', reasoning ? { effort: reasoning.effort, summary: reasoning.summary } : null)
  if (conversation !== undefined)
    made += json('conversation', { id: typeof conversation === 'string' ? conversation : conversation.id })
  if (memory) made += json('memory', { entity_id: memory.entity_id })
  const input = json('input', items)
  return made + (input.length > longestInput ? '"input":null,' : input)
}
