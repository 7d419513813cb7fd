import t from 'tap'
import { StreamEvent } from '../src/contract/events.ts'
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
import { wrong } from './kit.ts'

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
