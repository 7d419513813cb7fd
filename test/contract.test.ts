import { ApiError, TaskNotFound } from '../src/contract/errors.ts'
import { ResponseRequest } from '../src/contract/request.ts'
import { AgentResponse, TaskResponse } from '../src/contract/response.ts'
import {
  badKind,
  bothSides,
  missing,
  notOneOf,
  bytes,
  call,
  data,
  error,
  pending,
  reasoning,
  result,
  telemetry,
  text,
  uri,
  usage,
  type Spoiled,
} from './contract-sides.ts'

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
