import { Ajv } from 'ajv'

/**
 * What the vendor publishes of the replies, events and errors below /v3/router (August 2026), written down by hand from
 * its facts, so that our contract is held against something that is not itself. One key is newer than the publication:
 * `prompt_cache_options`, which SDKs from 4.15.0 on demand.
 */

type Json = Record<string, unknown>

const text = { type: 'string' }
const whole = { type: 'integer' }
const flag = { type: 'boolean' }
const number = { type: 'number' }
const orNull = (schema: Json): Json => ({ anyOf: [schema, { type: 'null' }] })
const listOf = (items: Json): Json => ({ type: 'array', items })
const choice = (...values: unknown[]): Json => ({ enum: values })

/** All keys are required but those behind `optional`; no others may be there. */
const closed = (properties: Json, optional: Json = {}): Json => ({
  type: 'object',
  properties: { ...properties, ...optional },
  required: Object.keys(properties),
  additionalProperties: false,
})

const usage = closed(
  {
    input_tokens: whole,
    output_tokens: whole,
    total_tokens: whole,
    input_tokens_details: closed(
      { cached_tokens: whole, cache_write_tokens: whole, cache_creation_tokens: whole },
      { cache_creation_1h_tokens: whole, cache_creation_5m_tokens: whole },
    ),
    output_tokens_details: closed({ reasoning_tokens: whole }),
  },
  { input_cost: number, output_cost: number, total_cost: number, web_search_requests: whole },
)

const response = closed(
  {
    id: text,
    object: text,
    created_at: whole,
    completed_at: orNull(whole),
    status: choice('queued', 'in_progress', 'completed', 'failed', 'incomplete'),
    incomplete_details: orNull(closed({ reason: text })),
    model: text,
    previous_response_id: orNull(text),
    instructions: orNull(text),
    input: orNull(listOf({})),
    output: orNull(listOf({})),
    error: orNull(closed({ code: text, message: text })),
    tools: orNull(listOf({})),
    tool_choice: {},
    temperature: number,
    top_p: number,
    presence_penalty: number,
    frequency_penalty: number,
    top_logprobs: whole,
    max_output_tokens: orNull(whole),
    max_tool_calls: orNull(whole),
    reasoning: orNull(
      closed(
        {},
        {
          effort: choice('none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'),
          summary: choice('concise', 'detailed', 'auto', null),
        },
      ),
    ),
    text: {},
    user: orNull(text),
    usage: orNull(usage),
    truncation: choice('disabled', 'auto'),
    parallel_tool_calls: flag,
    store: flag,
    background: flag,
    metadata: { type: 'object', additionalProperties: text },
    service_tier: choice('auto', 'default', 'flex', 'fast', 'scale', 'priority'),
    safety_identifier: orNull(text),
    prompt_cache_key: orNull(text),
    prompt_cache_retention: orNull(text),
    prompt_cache_options: {},
  },
  {
    conversation: closed({ id: text }),
    memory: closed({ entity_id: text }),
    telemetry: closed({ trace_id: text, span_id: text }),
    top_k: whole,
    variables: { type: 'object' },
  },
)

const inItem = { item_id: text, output_index: whole }
const inMessage = { ...inItem, content_index: whole }
const inThought = { ...inItem, summary_index: whole }
const object = { type: 'object' }
const logprobs = listOf(object)

const events: Record<string, Json> = {
  'response.created': { response },
  'response.in_progress': { response },
  'response.completed': { response },
  'response.incomplete': { response },
  'response.failed': { response },
  'response.output_item.added': { output_index: whole, item: object },
  'response.output_item.done': { output_index: whole, item: object },
  'response.content_part.added': { ...inMessage, part: object },
  'response.content_part.done': { ...inMessage, part: object },
  'response.output_text.delta': { ...inMessage, delta: text, logprobs },
  'response.output_text.done': { ...inMessage, text, logprobs },
  'response.reasoning_summary_part.added': { ...inThought, part: object },
  'response.reasoning_summary_part.done': { ...inThought, part: object },
  'response.reasoning_summary_text.delta': { ...inThought, delta: text },
  'response.reasoning_summary_text.done': { ...inThought, text },
  'response.function_call_arguments.delta': { ...inItem, delta: text },
  'response.function_call_arguments.done': { ...inItem, arguments: text },
}

const error = closed(
  {
    error: closed({ message: text, type: text, param: orNull(text), code: orNull(text) }, { failures: {} }),
  },
  // Ours; every SDK takes an error with it.
  { mock: object },
)

const ajv = new Ajv({ allErrors: true })
const compiled = {
  response: ajv.compile(response),
  error: ajv.compile(error),
  events: new Map(
    Object.entries(events).map(([type, own]) => {
      const properties = { type: choice(type), sequence_number: whole, ...own }
      return [type, ajv.compile({ type: 'object', properties, required: Object.keys(properties) })]
    }),
  ),
}

/** What is wrong with a value by what is published, as text; empty where nothing is. */
export function wrongByFacts(kind: 'response' | 'error' | 'event', value: unknown): string {
  const { type } = value as { type: string }
  const validate = kind === 'event' ? compiled.events.get(type) : compiled[kind]
  if (!validate) return `there is no event ${type}`
  return validate(value) ? '' : ajv.errorsText(validate.errors)
}
