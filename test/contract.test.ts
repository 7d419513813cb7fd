import t from 'tap'
import type { TSchema } from '@sinclair/typebox'
import { ApiError, TaskNotFound } from '../src/contract/errors.ts'
import { StreamEvent } from '../src/contract/events.ts'
import { AgentResponse, TaskResponse } from '../src/contract/response.ts'
import { ResponseRequest } from '../src/contract/request.ts'
import { wrong } from './kit.ts'

/** One change of the first accepted value, and why it is refused at that place; a pattern speaks of the whole fault. */
type Spoiled = [path: string, value: unknown, reason: string | RegExp]

const missing = (...paths: string[]): Spoiled[] =>
  paths.map(path => [path, undefined, `must have required property '${path.split('.').at(-1)}'`])
const badKind = (path: string, parts: object[]): Spoiled[] =>
  parts.map(part => [path, part, new RegExp(`^data/${path.replaceAll('.', '/')} (value of )?tag "kind" must be`)])
const notOneOf = 'must be equal to one of the allowed values'

function bothSides(name: string, schema: TSchema, accepts: Record<string, unknown>, refuses: Spoiled[]): void {
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

const text = { kind: 'text', text: 'Hello' }
const error = { kind: 'error', error: 'broken', code: 1 }
const data = { kind: 'data', data: { any: [1, null] }, metadata: {} }
const uri = { kind: 'file', file: { uri: 'https://x.test/a.png', mimeType: 'image/png', name: 'a.png' } }
const bytes = { kind: 'file', file: { bytes: 'aGk=' } }
const call = { kind: 'tool_call', tool_name: 'find', tool_call_id: 'call_1', arguments: {}, thought_signature: 's' }
const result = { kind: 'tool_result', tool_call_id: 'call_1', result: null }
const reasoning = { _id: 'reasoning_1', kind: 'reasoning', reasoning: 'Hm.', signature: 's' }

const user = { role: 'user', parts: [text] }
const person = { id: 'p', display_name: 'P', email: 'p@x.test', metadata: [{ a: 1 }], logo_url: '', tags: ['a'] }
const request = {
  task_id: '01K',
  message: { messageId: 'M', role: 'user', parts: [text, uri, result, error] },
  variables: { deep: { er: [1] } },
  identity: person,
  contact: person,
  thread: { id: 't', tags: ['a'] },
  memory: { entity_id: 'e' },
  metadata: {},
  engine: 'jinja',
  configuration: { blocking: true },
  background: true,
  stream: true,
  conversation: { _id: 'conv_1' },
}
bothSides(
  'ResponseRequest',
  ResponseRequest,
  {
    'every field there is': request,
    'a message alone': { message: user },
    'a message without parts': { message: { role: 'tool', parts: [] } },
    'fields it does not know': { message: { ...user, x: 1 }, block: 7, configuration: { variables: {} } },
    'a file by its bytes': { message: { role: 'user', parts: [bytes] } },
    'a tool result without a result': { message: { role: 'tool', parts: [{ ...result, result: undefined }] } },
  },
  [
    ...missing('message', 'message.role', 'message.parts', 'message.parts.0.kind', 'message.parts.0.text'),
    ...missing('message.parts.1.file', 'message.parts.2.tool_call_id', 'message.parts.3.error'),
    ...missing('identity.id', 'contact.id', 'thread.id', 'memory.entity_id', 'conversation._id'),
    ...badKind('message.parts.0', [data, call, reasoning, { kind: 'image' }]),
    ...Object.keys(request).map((key): Spoiled => [key, null, 'must be']),
    ['message', 'Hello', 'must be object'],
    ['message.role', 'assistant', notOneOf],
    ['message.role', 'system', notOneOf],
    ['message.parts', text, 'must be array'],
    ['message.parts.0', 'Hello', 'must be object'],
    ['message.parts.0.text', 7, 'must be string'],
    ['message.parts.1.file', { name: 'a' }, 'must match a schema in anyOf'],
    ['message.parts.1.file', { bytes: '' }, 'must match a schema in anyOf'],
    ['message.parts.2.tool_call_id', '', 'must NOT have fewer than 1 characters'],
    ['message.parts.3.code', '1', 'must be number'],
    ['message.messageId', 1, 'must be string'],
    ['stream', 'true', 'must be boolean'],
    ['background', 1, 'must be boolean'],
    ['variables', [], 'must be object'],
    ['engine', 'liquid', notOneOf],
    ['configuration.blocking', 'yes', 'must be boolean'],
    ['identity.metadata', {}, 'must be array'],
    ['identity.tags.0', 1, 'must be string'],
    ['contact.metadata.0', 'a', 'must be object'],
    ['conversation._id', '', 'must NOT have fewer than 1 characters'],
  ],
)

const message = { messageId: 'M', role: 'agent', parts: [text], metadata: { a: 1 } }
const details = { cached_tokens: null, audio_tokens: 1 }
const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3, prompt_tokens_details: details }
const telemetry = { trace_id: 'a'.repeat(32), span_id: 'b'.repeat(16) }
const pending = { id: 'call_1', type: 'function', function: { name: 'find', arguments: '{}' } }
const least = { _id: 'resp_1', task_id: '01K', output: [message], created_at: 'now', model: 'openai/gpt-4o' }
const reply = { ...least, usage, finish_reason: 'stop', pending_tool_calls: [pending], telemetry }
const ends = ['stop', 'length', 'tool_calls', 'content_filter', 'function_call', 'max_iterations', 'max_time']
const part = 'output.0.parts.0'
const replyRefusals: Spoiled[] = [
  ...missing(...Object.keys(least)),
  ...missing('output.0.messageId', 'output.0.role', 'output.0.parts', `${part}.kind`, `${part}.text`),
  ...missing('pending_tool_calls.0.id', 'pending_tool_calls.0.type', 'pending_tool_calls.0.function'),
  ...missing('telemetry.trace_id', 'telemetry.span_id'),
  ...badKind(part, [reasoning, { kind: 'image' }]),
  ['finish_reason', null, 'must be string'],
  ['pending_tool_calls', null, 'must be array'],
  ['telemetry', null, 'must be object'],
  ['finish_reason', 'end_turn', notOneOf],
  ['output.0.role', 'assistant', notOneOf],
  ['output.0.metadata', null, 'must be object'],
  [part, { ...call, arguments: '{}' }, /^data\/output\/0\/parts\/0\/arguments must be object/],
  [part, { ...call, tool_name: undefined }, /must have required property 'tool_name'/],
  [part, { ...result, tool_call_id: '' }, /tool_call_id must NOT have fewer than 1 characters/],
  [part, { ...error, code: '500' }, /^data\/output\/0\/parts\/0\/code must be number/],
  [part, { kind: 'data', data: [1] }, /^data\/output\/0\/parts\/0\/data must be object/],
  [part, { kind: 'file', file: { name: 'a' } }, /parts\/0\/file must match a schema in anyOf/],
  ['pending_tool_calls.0.type', 'tool', 'must be equal to constant'],
  ['pending_tool_calls.0.function.arguments', {}, 'must be string'],
  ['usage.total_tokens', '3', 'must be number'],
  ['usage.total_tokens', null, 'must be number'],
]

bothSides(
  'AgentResponse',
  AgentResponse,
  {
    'every field there is': reply,
    'the required fields alone': least,
    'an empty output': { ...least, output: [] },
    'a usage of null': { ...reply, usage: null },
    'every kind of part': { ...least, output: [{ ...message, parts: [text, error, data, uri, bytes, call, result] }] },
    'every role': { ...least, output: ['user', 'agent', 'tool', 'system'].map(role => ({ ...message, role })) },
    ...Object.fromEntries(ends.map(end => [`the finish reason ${end}`, { ...least, finish_reason: end }])),
  },
  replyRefusals,
)

bothSides(
  'TaskResponse',
  TaskResponse,
  {
    'a failed task with all its fields': { ...reply, status: 'failed', error: 'broken' },
    'a completed task': { ...reply, status: 'completed' },
    'a task in progress': { ...least, output: [], status: 'in_progress' },
  },
  [
    ...replyRefusals,
    ...missing('status'),
    ['status', 'inactive', notOneOf],
    ['error', null, 'must be string'],
    ['error', { message: 'broken' }, 'must be string'],
  ],
)

const denied = { code: 403, error: 'no', message: 'no', source: 'system' }
bothSides(
  'ApiError',
  ApiError,
  { 'the shape seen on the wire': denied, 'diagnostics under mock': { ...denied, mock: { code: 'x', hint: 'y' } } },
  [
    ...missing('code', 'error', 'message', 'source'),
    ['code', '403', 'must be integer'],
    ['error', { message: 'no' }, 'must be string'],
    ['source', 'mock', 'must be equal to constant'],
  ],
)

bothSides(
  'TaskNotFound',
  TaskNotFound,
  { 'a code as text': { code: '404', message: 'no such task' }, 'a message alone': { message: 'no such task' } },
  [...missing('message'), ['code', 404, 'must be string']],
)

const event = (type: string, fields: object) => ({ type, timestamp: '2026-01-01T00:00:00.000Z', data: fields })
const called = { toolId: 'tool_1', toolCallId: 'call_1' }
const ids = { responseId: 'r', taskId: 't', model: 'm', workflowRunId: 'w' }

/** All the fields of every event, the required ones alone, and what spoils them beside a required one that is missing. */
const events: Record<string, [full: object, required: object, refuses: Spoiled[]]> = {
  'response.started': [
    { ...ids, userMessageId: 'u', assistantMessageId: 'a', telemetry },
    ids,
    [
      ['data.telemetry', null, 'must be object'],
      ['data.assistantMessageId', null, 'must be string'],
    ],
  ],
  'response.done': [
    { finishReason: 'function_call', usage, pendingToolCalls: [pending], telemetry },
    { finishReason: 'max_time' },
    [
      ...missing('data.pendingToolCalls.0.function', 'data.telemetry.span_id'),
      ['data.finishReason', 'end_turn', notOneOf],
      ['data.usage', null, 'must be object'],
      ['data.pendingToolCalls', null, 'must be array'],
      ['data.telemetry', null, 'must be object'],
    ],
  ],
  'response.failed': [
    { error: 'broken', code: 500 },
    { error: '', code: 400 },
    [
      ['data.code', '500', 'must be number'],
      ['data.error', { message: 'broken' }, 'must be string'],
    ],
  ],
  'tool.started': [
    { ...called, toolName: 'find', arguments: { a: 1 } },
    { ...called, arguments: {} },
    [['data.arguments', '{}', 'must be object']],
  ],
  'tool.done': [{ ...called, result: null }, called, []],
  'tool.failed': [{ ...called, error: 'broken' }, { ...called, error: '' }, [['data.error', {}, 'must be string']]],
  'tool.review.requested': [
    { ...called, toolName: 'find', arguments: {}, requiresApproval: true },
    { ...called, arguments: {}, requiresApproval: false },
    [['data.requiresApproval', 'true', 'must be boolean']],
  ],
  'tool.review.done': [
    { ...called, review: 'approved' },
    { ...called, review: 'rejected' },
    [['data.review', 'manual', notOneOf]],
  ],
}

for (const [type, [full, required, refuses]] of Object.entries(events)) {
  const accepts = { 'all its fields': event(type, full), 'the required fields alone': event(type, required) }
  bothSides(type, StreamEvent, accepts, [
    ...missing('timestamp', 'data', ...Object.keys(required).map(key => `data.${key}`)),
    ['timestamp', 1767225600000, 'must be string'],
    ['type', `${type}.x`, /^data (value of )?tag "type" must be/],
    ['type', undefined, /^data .*type/],
    ...refuses,
  ])
}

for (const [type, key] of Object.entries({ 'part.delta': 'delta', 'part.done': 'part' })) {
  const carried = [reasoning, text, uri, bytes, data]
  const accepts = carried.map(part => [JSON.stringify(part), event(type, { partId: 'p', [key]: part })])
  bothSides(type, StreamEvent, Object.fromEntries(accepts), [
    ...missing('data.partId', `data.${key}`, `data.${key}._id`, `data.${key}.kind`, `data.${key}.reasoning`),
    ...badKind(`data.${key}`, [call, result, error]),
    [`data.${key}`, 'Hello', 'must be object'],
    [`data.${key}.signature`, null, 'must be string'],
  ])
}

t.test('an event in a second envelope is refused', async t => {
  t.match(wrong(StreamEvent, { data: event('response.failed', { error: '', code: 500 }) }), /^data .*type/)
})
