import t from 'tap'
import type { TSchema } from '@sinclair/typebox'
import { wrong } from './kit.ts'

/** One change of the first accepted value, and why it is refused at that place; a pattern speaks of the whole fault. */
export type Spoiled = [path: string, value: unknown, reason: string | RegExp]

export const missing = (...paths: string[]): Spoiled[] =>
  paths.map(path => [path, undefined, `must have required property '${path.split('.').at(-1)}'`])
export const badKind = (path: string, parts: object[]): Spoiled[] =>
  parts.map(part => [path, part, new RegExp(`^data/${path.replaceAll('.', '/')} (value of )?tag "kind" must be`)])
export const notOneOf = 'must be equal to one of the allowed values'

/** Of a schema: values that it accepts, and what spoils the first of them. */
export function bothSides(name: string, schema: TSchema, accepts: Record<string, unknown>, refuses: Spoiled[]): void {
  for (const [what, value] of Object.entries(accepts))
    t.test(`${name} accepts ${what}`, async t => t.equal(wrong(schema, plain(value)), ''))
  for (const [path, value, reason] of refuses) {
    const change = value === undefined ? `without ${path}` : `with ${JSON.stringify(value)} as ${path}`
    const steps = ['data', ...path.split('.')].slice(0, value === undefined ? -1 : undefined)
    t.test(`${name} is refused ${change}`, async t => {
      const fault = wrong(schema, spoil(Object.values(accepts)[0], path, value))
      t.match(fault, typeof reason === 'string' ? `${steps.join('/')} ${reason}` : reason)
    })
  }
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

function spoil(value: unknown, path: string, change: unknown): unknown {
  const copy = plain(value) as Record<string, unknown>
  const keys = path.split('.')
  const last = keys.pop()!
  const holder = keys.reduce((below, key) => below[key] as Record<string, unknown>, copy)
  holder[last] = change
  return plain(copy)
}

export const text = { kind: 'text', text: 'Hello' }
export const error = { kind: 'error', error: 'broken', code: 1 }
export const data = { kind: 'data', data: { any: [1, null] }, metadata: {} }
export const uri = { kind: 'file', file: { uri: 'https://x.test/a.png', mimeType: 'image/png', name: 'a.png' } }
export const bytes = { kind: 'file', file: { bytes: 'aGk=' } }
export const call = {
  kind: 'tool_call',
  tool_name: 'find',
  tool_call_id: 'call_1',
  arguments: {},
  thought_signature: 's',
}
export const result = { kind: 'tool_result', tool_call_id: 'call_1', result: null }
export const reasoning = { _id: 'reasoning_1', kind: 'reasoning', reasoning: 'Hm.', signature: 's' }

const details = { cached_tokens: null, audio_tokens: 1 }
export const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3, prompt_tokens_details: details }
export const telemetry = { trace_id: 'a'.repeat(32), span_id: 'b'.repeat(16) }
export const pending = { id: 'call_1', type: 'function', function: { name: 'find', arguments: '{}' } }
