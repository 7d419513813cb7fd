import t from 'tap'
import type { TSchema } from '@sinclair/typebox'
import { ApiError, TaskNotFound } from '../src/contract/errors.ts'
import { StreamEvent } from '../src/contract/events.ts'
import { finishReasons } from '../src/contract/response.ts'
import { AgentResponse, TaskResponse } from '../src/contract/response.ts'
import { ResponseRequest } from '../src/contract/request.ts'
import { wrong } from './kit.ts'

type Path = string
type Case = [what: string, value: unknown]
/** One change of the first accepted value, and where and why that is refused. `undefined` takes the field away. */
type Spoiled = [path: Path, value: unknown, reason: string | RegExp]
interface Side {
  schema: TSchema
  accepts: [Case, ...Case[]]
  refuses: Spoiled[]
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
const everyField = {
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

const message = { messageId: 'M', role: 'agent', parts: [text], metadata: { a: 1 } }
const details = { cached_tokens: null, audio_tokens: 1 }
const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3, prompt_tokens_details: details }
const telemetry = { trace_id: 'a'.repeat(32), span_id: 'b'.repeat(16) }
const pending = { id: 'call_1', type: 'function', function: { name: 'find', arguments: '{}' } }
const reply = {
  _id: 'resp_1',
  task_id: '01K',
  output: [message],
  created_at: '2026-01-01T00:00:00.000Z',
  model: 'openai/gpt-4o',
  usage,
  finish_reason: 'stop',
  pending_tool_calls: [pending],
  telemetry,
}
const leastReply = { _id: '', task_id: '', output: [], created_at: '', model: '' }

const replyRefusals: Spoiled[] = [
  ...Object.keys(leastReply).map((key): Spoiled => [key, undefined, `must have required property '${key}'`]),
  ...['finish_reason', 'pending_tool_calls', 'telemetry'].map((key): Spoiled => [key, null, `data/${key} must be`]),
  ['finish_reason', 'end_turn', 'data/finish_reason must be equal to one of the allowed values'],
  ['output.0.role', 'assistant', 'data/output/0/role must be equal to one of the allowed values'],
  ['output.0.messageId', undefined, "data/output/0 must have required property 'messageId'"],
  ['output.0.metadata', null, 'data/output/0/metadata must be object'],
  ['output.0.parts.0', reasoning, /data\/output\/0\/parts\/0 .*"kind"/],
  ['output.0.parts.0', { kind: 'image' }, /data\/output\/0\/parts\/0 .*"kind"/],
  ['output.0.parts.0', { text: 'no kind' }, /data\/output\/0\/parts\/0 .*kind/],
  ['output.0.parts.0', { ...call, arguments: '{}' }, 'data/output/0/parts/0/arguments must be object'],
  ['output.0.parts.0', { ...call, tool_call_id: '' }, 'data/output/0/parts/0/tool_call_id must NOT have fewer'],
  ['output.0.parts.0', { ...result, tool_call_id: undefined }, "must have required property 'tool_call_id'"],
  ['output.0.parts.0', { ...error, code: '500' }, 'data/output/0/parts/0/code must be number'],
  ['output.0.parts.0', { kind: 'data', data: [1] }, 'data/output/0/parts/0/data must be object'],
  [
    'output.0.parts.0',
    { kind: 'file', file: { name: 'a' } },
    'data/output/0/parts/0/file must match a schema in anyOf',
  ],
  ['pending_tool_calls.0.type', 'tool', 'data/pending_tool_calls/0/type must be equal to constant'],
  ['pending_tool_calls.0.id', undefined, "data/pending_tool_calls/0 must have required property 'id'"],
  ['pending_tool_calls.0.function.arguments', {}, 'data/pending_tool_calls/0/function/arguments must be string'],
  ['telemetry.span_id', undefined, "data/telemetry must have required property 'span_id'"],
  ['usage.total_tokens', '3', 'data/usage/total_tokens must be number'],
  ['usage.total_tokens', null, 'data/usage/total_tokens must be number'],
]

const at = '2026-01-01T00:00:00.000Z'
const event = (type: string, fields: object) => ({ type, timestamp: at, data: fields })
const tool = { toolId: 'tool_1', toolCallId: 'call_1' }
const started = event('response.started', { responseId: 'r', taskId: 't', model: 'm', workflowRunId: 'w' })

const sides: Record<string, Side> = {
  ResponseRequest: {
    schema: ResponseRequest,
    accepts: [
      ['every field there is', everyField],
      ['a message alone', { message: user }],
      ['a message without parts', { message: { role: 'tool', parts: [] } }],
      ['fields it does not know', { message: { ...user, x: 1 }, block: 7, configuration: { variables: {} } }],
      ['a file by its bytes', { message: { role: 'user', parts: [bytes] } }],
      ['a tool result without a result', { message: { role: 'tool', parts: [{ ...result, result: undefined }] } }],
    ],
    refuses: [
      ['message', undefined, "data must have required property 'message'"],
      ['message', 'Hello', 'data/message must be object'],
      ['message.role', 'assistant', 'data/message/role must be equal to one of the allowed values'],
      ['message.role', undefined, "data/message must have required property 'role'"],
      ['message.parts', text, 'data/message/parts must be array'],
      ['message.parts', undefined, "data/message must have required property 'parts'"],
      ['message.parts.0.text', 7, 'data/message/parts/0/text must be string'],
      ...[data, call, reasoning].map((part): Spoiled => ['message.parts.0', part, /data\/message\/parts\/0 .*"kind"/]),
      ['message.parts.1.file', {}, "data/message/parts/1/file must have required property 'bytes'"],
      ['message.parts.1.file', { bytes: '' }, 'data/message/parts/1/file/bytes must NOT have fewer than 1 characters'],
      ['message.parts.2.tool_call_id', '', 'data/message/parts/2/tool_call_id must NOT have fewer than 1 characters'],
      ['message.messageId', 1, 'data/message/messageId must be string'],
      ['task_id', null, 'data/task_id must be string'],
      ['stream', 'true', 'data/stream must be boolean'],
      ['background', 1, 'data/background must be boolean'],
      ['variables', [], 'data/variables must be object'],
      ['metadata', 'x', 'data/metadata must be object'],
      ['engine', 'liquid', 'data/engine must be equal to one of the allowed values'],
      ['configuration.blocking', 'yes', 'data/configuration/blocking must be boolean'],
      ...['identity', 'contact'].flatMap((key): Spoiled[] => [
        [`${key}.id`, undefined, `data/${key} must have required property 'id'`],
        [`${key}.email`, 'nobody', `data/${key}/email must match format "email"`],
        [`${key}.metadata`, {}, `data/${key}/metadata must be array`],
        [`${key}.tags.0`, 1, `data/${key}/tags/0 must be string`],
      ]),
      ['thread.id', undefined, "data/thread must have required property 'id'"],
      ['memory.entity_id', undefined, "data/memory must have required property 'entity_id'"],
      ['conversation._id', '', 'data/conversation/_id must NOT have fewer than 1 characters'],
    ],
  },
  AgentResponse: {
    schema: AgentResponse,
    accepts: [
      ['every field there is', reply],
      ['the required fields alone', leastReply],
      ['a usage of null', { ...reply, usage: null }],
      [
        'every kind of part',
        { ...reply, output: [{ ...message, parts: [text, error, data, uri, bytes, call, result] }] },
      ],
      ...['user', 'agent', 'tool', 'system'].map((role): Case => [
        `the role ${role}`,
        { ...reply, output: [{ ...message, role }] },
      ]),
      ...finishReasons.map((reason): Case => [`the finish reason ${reason}`, { ...reply, finish_reason: reason }]),
    ],
    refuses: replyRefusals,
  },
  TaskResponse: {
    schema: TaskResponse,
    accepts: [
      ['a failed task with all its fields', { ...reply, status: 'failed', error: 'broken' }],
      ['a completed task', { ...reply, status: 'completed' }],
      ['a task in progress', { ...leastReply, status: 'in_progress' }],
    ],
    refuses: [
      ...replyRefusals,
      ['status', undefined, "must have required property 'status'"],
      ['status', 'inactive', 'data/status must be equal to one of the allowed values'],
      ['error', null, 'data/error must be string'],
      ['error', { message: 'broken' }, 'data/error must be string'],
    ],
  },
  ApiError: {
    schema: ApiError,
    accepts: [
      ['the shape seen on the wire', { code: 403, error: 'no', message: 'no', source: 'system' }],
      [
        'diagnostics under mock',
        { code: 404, error: 'no', message: 'no', source: 'system', mock: { code: 'x', hint: 'y' } },
      ],
    ],
    refuses: [
      ...['code', 'error', 'message', 'source'].map((key): Spoiled => [key, undefined, `required property '${key}'`]),
      ['code', '403', 'data/code must be integer'],
      ['source', 'mock', 'data/source must be equal to constant'],
    ],
  },
  TaskNotFound: {
    schema: TaskNotFound,
    accepts: [
      ['a code as text', { code: '404', message: 'no such task' }],
      ['a message alone', { message: 'no such task' }],
    ],
    refuses: [
      ['code', 404, 'data/code must be string'],
      ['message', undefined, "data must have required property 'message'"],
    ],
  },
  'response.started': {
    schema: StreamEvent,
    accepts: [
      ['its required fields', started],
      [
        'all its fields',
        event('response.started', { ...started.data, userMessageId: 'u', assistantMessageId: 'a', telemetry }),
      ],
    ],
    refuses: [
      ...Object.keys(started.data).map((key): Spoiled => [`data.${key}`, undefined, `required property '${key}'`]),
      ['timestamp', undefined, "must have required property 'timestamp'"],
      ['timestamp', 1767225600000, 'data/timestamp must be string'],
      ['type', 'response.created', /"type"/],
      ['type', undefined, /"?type"?/],
      ['data', undefined, "must have required property 'data'"],
      ['data.telemetry', null, 'data/data/telemetry must be object'],
    ],
  },
  'response.done': {
    schema: StreamEvent,
    accepts: [
      [
        'all its fields',
        event('response.done', { finishReason: 'stop', usage, pendingToolCalls: [pending], telemetry }),
      ],
      ['a finish reason alone', event('response.done', { finishReason: 'length' })],
    ],
    refuses: [
      ['data.finishReason', undefined, "data/data must have required property 'finishReason'"],
      ['data.finishReason', 'end_turn', 'data/data/finishReason must be equal to one of the allowed values'],
      ...['usage', 'pendingToolCalls', 'telemetry'].map((key): Spoiled => [
        `data.${key}`,
        null,
        `data/data/${key} must be`,
      ]),
      ['data.pendingToolCalls.0.function', undefined, "must have required property 'function'"],
    ],
  },
  'response.failed': {
    schema: StreamEvent,
    accepts: [['a text and a status', event('response.failed', { error: 'broken', code: 500 })]],
    refuses: [
      ['data.code', '500', 'data/data/code must be number'],
      ['data.code', undefined, "data/data must have required property 'code'"],
      ['data.error', { message: 'broken' }, 'data/data/error must be string'],
    ],
  },
  ...Object.fromEntries(
    (
      [
        [
          'tool.started',
          { arguments: {}, toolName: 'find' },
          [['arguments', '{}', 'data/data/arguments must be object']],
        ],
        ['tool.done', { result: null }, []],
        ['tool.failed', { error: 'broken' }, [['error', undefined, "required property 'error'"]]],
        [
          'tool.review.requested',
          { arguments: {}, requiresApproval: true, toolName: 'find' },
          [['requiresApproval', 'true', 'data/data/requiresApproval must be boolean']],
        ],
        [
          'tool.review.done',
          { review: 'rejected' },
          [['review', 'manual', 'must be equal to one of the allowed values']],
        ],
      ] as [string, object, Spoiled[]][]
    ).map(([type, fields, refuses]): [string, Side] => [
      type,
      {
        schema: StreamEvent,
        accepts: [['all its fields', event(type, { ...tool, ...fields })]],
        refuses: [
          ['data.toolId', undefined, "data/data must have required property 'toolId'"],
          ['data.toolCallId', undefined, "data/data must have required property 'toolCallId'"],
          ...refuses.map(([path, value, reason]): Spoiled => [`data.${path}`, value, reason]),
        ],
      },
    ]),
  ),
  ...Object.fromEntries(
    [
      ['part.delta', 'delta'],
      ['part.done', 'part'],
    ].map(([type, key]): [string, Side] => {
      const holding = (part: { kind: string }): Case => [part.kind, event(type!, { partId: 'p', [key!]: part })]
      return [
        type!,
        {
          schema: StreamEvent,
          accepts: [holding(text), holding(reasoning), holding(uri), holding(data)],
          refuses: [
            ['data.partId', undefined, "data/data must have required property 'partId'"],
            ...[call, result, error].map((part): Spoiled => [
              `data.${key}`,
              part,
              new RegExp(`data/data/${key} .*"kind"`),
            ]),
            [`data.${key}`, { ...reasoning, _id: undefined }, `data/data/${key} must have required property '_id'`],
            [`data.${key}`, 'Hello', `data/data/${key} must be object`],
          ],
        },
      ]
    }),
  ),
}

for (const [name, { schema, accepts, refuses }] of Object.entries(sides)) {
  for (const [what, value] of accepts)
    t.test(`${name} accepts ${what}`, async t => t.equal(wrong(schema, plain(value)), ''))
  for (const [path, value, reason] of refuses) {
    const change = value === undefined ? `without ${path}` : `with ${JSON.stringify(value)} as ${path}`
    t.test(`${name} is refused ${change}`, async t => t.match(wrong(schema, spoil(accepts[0][1], path, value)), reason))
  }
}

t.test('an event in an envelope of its own is refused', async t => {
  t.match(wrong(StreamEvent, { data: started }), 'type')
})

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}

function spoil(value: unknown, path: Path, change: unknown): unknown {
  const copy = plain(value)
  const keys = path.split('.')
  const last = keys.pop()!
  const holder = keys.reduce((below, key) => below[key] as Record<string, unknown>, copy as Record<string, unknown>)
  holder[last] = change
  return plain(copy)
}
