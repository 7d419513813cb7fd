import * as fc from 'fast-check'
import t from 'tap'
import type { ScriptShape } from '../src/language/shape.ts'
import { user } from './kit.ts'
import { request, script } from './script-arbitrary.ts'
import { differences, viewsOf, type Views } from './views.ts'

t.test('sync, background and stream of one script agree, whatever the script', async t => {
  await fc.assert(
    fc.asyncProperty(script, request, async (script, request) => {
      const found = differences(await viewsOf(script, request))
      if (found.length > 0) throw new Error(found.join('\n'))
    }),
    { numRuns: 80 },
  )
  t.pass()
})

const answering: ScriptShape = {
  name: 'answering',
  trail: true,
  pace: { first: '300ms', each: '30ms' },
  steps: [
    { think: 'Look first.' },
    { say: 'One moment.' },
    { tool: 'lookup_order', arguments: { order: 'A-17' }, result: { total: 42 } },
    { message: { role: 'system', parts: [{ kind: 'text', text: 'Handed over.' }] } },
    { review: 'issue_refund', approved: [{ data: { total: 42 } }] },
    { say: 'Which account?' },
    { call: 'get_iban', arguments: { holder: 'J. Doe' } },
    { call: 'get_name' },
  ],
}
const failing: ScriptShape = { name: 'failing', steps: [{ say: 'One moment.' }, { fail: 'No such order.', code: 422 }] }

/** Faults that the comparison has to notice. Each is planted in views that agree. */
const faults: Record<string, [ScriptShape, (views: Views) => void]> = {
  'another response id in the sync reply': [answering, ({ sync }) => spoil(sync.body, '_id')],
  'another task id in the sync reply': [answering, ({ sync }) => spoil(sync.body, 'task_id')],
  'another model in the sync reply': [answering, ({ sync }) => spoil(sync.body, 'model')],
  'another time in the sync reply': [answering, ({ sync }) => spoil(sync.body, 'created_at')],
  'another message id in the sync reply': [answering, ({ sync }) => spoil(reply(sync).output[0]!, 'messageId')],
  'another finish reason in the sync reply': [answering, ({ sync }) => (reply(sync).finish_reason = 'stop')],
  'another usage in the sync reply': [answering, ({ sync }) => (reply(sync).usage!.total_tokens! += 1)],
  'a lost part in the sync reply': [answering, ({ sync }) => reply(sync).output[0]!.parts.shift()],
  'a lost message in the sync reply': [answering, ({ sync }) => reply(sync).output.splice(1, 1)],
  'another call id in the sync reply': [answering, ({ sync }) => spoil(reply(sync).pending_tool_calls![0]!, 'id')],
  'another trace in the sync reply': [answering, ({ sync }) => spoil(reply(sync).telemetry!, 'trace_id')],

  'another response id in the background reply': [answering, ({ background }) => spoil(background.body, '_id')],
  'an early usage in the background reply': [
    answering,
    ({ background }) => (background.body.usage = background.task.usage!),
  ],
  'an early output in a poll': [answering, ({ background }) => (background.polls[0]!.output = background.task.output)],
  'an early end in a poll': [answering, ({ background }) => (background.polls[0]!.status = 'completed')],
  'another text in the last poll': [
    answering,
    ({ background }) => (background.task.output[0]!.parts[0] = { kind: 'text', text: 'Two moments.' }),
  ],
  'lost calls in the last poll': [answering, ({ background }) => delete background.task.pending_tool_calls],
  'parts in another order in the last poll': [
    answering,
    ({ background }) => background.task.output[0]!.parts.reverse(),
  ],

  'another response id in the stream': [answering, ({ stream }) => spoil(of(stream, 'response.started'), 'responseId')],
  'another task id in the stream': [answering, ({ stream }) => spoil(of(stream, 'response.started'), 'taskId')],
  'another message id in the stream': [
    answering,
    ({ stream }) => (of(stream, 'response.started').assistantMessageId = '01KDVDNA00FADW9CS2FYCKHEEA'),
  ],
  'another finish reason in the stream': [
    answering,
    ({ stream }) => (of(stream, 'response.done').finishReason = 'length'),
  ],
  'another usage in the stream': [answering, ({ stream }) => (of(stream, 'response.done').usage = { total_tokens: 1 })],
  'another call id in the stream': [
    answering,
    ({ stream }) => spoil(of(stream, 'response.done').pendingToolCalls!.at(-1)!, 'id'),
  ],
  'other arguments in the stream': [
    answering,
    ({ stream }) => (of(stream, 'response.done').pendingToolCalls![0]!.function.arguments = '{}'),
  ],
  'calls in another order in the stream': [
    answering,
    ({ stream }) => of(stream, 'response.done').pendingToolCalls!.reverse(),
  ],
  'another piece of a text': [answering, ({ stream }) => spoil(of(stream, 'part.delta').delta, 'reasoning')],
  'a piece of another part': [answering, ({ stream }) => spoil(of(stream, 'part.delta').delta, '_id')],
  'a lost piece of a text': [answering, ({ stream }) => drop(stream, 'part.delta')],
  'a whole part that is none': [answering, ({ stream }) => drop(stream, 'part.done')],
  'a lost part in the stream': [
    answering,
    ({ stream }) =>
      (stream.events = stream.events.filter(({ data }) => !('partId' in data) || !data.partId.startsWith('data'))),
  ],
  'another id of a server tool': [answering, ({ stream }) => swapCalls(stream.events)],
  'another result of a server tool': [answering, ({ stream }) => (of(stream, 'tool.done').result = 42)],
  'a server tool without an end': [answering, ({ stream }) => drop(stream, 'tool.done')],
  'a review without an end': [answering, ({ stream }) => drop(stream, 'tool.review.done')],
  'a stream without an end': [answering, ({ stream }) => drop(stream, 'response.done')],
  'a stream without a start': [answering, ({ stream }) => drop(stream, 'response.started')],
  'a stream that goes back in time': [
    answering,
    ({ stream }) => (stream.events[0]!.timestamp = '2027-01-01T00:00:00.000Z'),
  ],
  'a stream that takes longer': [answering, ({ stream }) => (stream.steps += 1)],
  'a background run that takes longer': [answering, ({ background }) => (background.steps += 1)],

  'another status of a failure': [failing, ({ sync }) => (sync.status = 500)],
  'another text of a failure': [failing, ({ sync }) => spoil(sync.body, 'message')],
  'another task of a failure': [failing, ({ sync }) => spoil((sync.body as Json).mock as Json, 'task_id')],
  'another text of a failure in the stream': [failing, ({ stream }) => spoil(of(stream, 'response.failed'), 'error')],
  'another code of a failure in the stream': [failing, ({ stream }) => (of(stream, 'response.failed').code = 400)],
  'a failure that looks completed': [failing, ({ background }) => (background.task.status = 'completed')],
  'a failure in all views that no script asks for': [failing, views => (views.script = answering)],
}

t.test('the comparison notices', async t => {
  const agreeing = new Map<ScriptShape, Views>()
  for (const script of [answering, failing]) {
    const views = await viewsOf(script, { message: user('Refund') })
    t.strictSame(differences(views), [], `nothing in the views of "${script.name}"`)
    agreeing.set(script, views)
  }
  for (const [name, [script, plant]] of Object.entries(faults)) {
    const views = structuredClone(agreeing.get(script)!)
    plant(views)
    t.not(differences(views).length, 0, name)
  }
})

type Json = Record<string, unknown>

/** Changes a text at its end, so that an id keeps its form. */
function spoil(object: object, key: string): void {
  const fields = object as Record<string, string>
  fields[key] = fields[key]!.slice(0, -1) + (fields[key]!.endsWith('0') ? '1' : '0')
}

const reply = ({ body }: Views['sync']) => body as Views['background']['body']

type Event = Views['stream']['events'][number]

type DataOf<Type extends Event['type']> = Extract<Event, { type: Type }>['data']

function of<Type extends Event['type']>({ events }: Views['stream'], type: Type): DataOf<Type> {
  return events.find(event => event.type === type)!.data as DataOf<Type>
}

function drop(stream: Views['stream'], type: Event['type']): void {
  stream.events.splice(
    stream.events.findIndex(event => event.type === type),
    1,
  )
}

/** Gives a tool, from its start to its end, the id of another call. */
function swapCalls(events: Event[]): void {
  for (const { type, data } of events) if (type === 'tool.started' || type === 'tool.done') spoil(data, 'toolCallId')
}
