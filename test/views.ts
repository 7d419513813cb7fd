import { durationMs } from '../src/language/duration.ts'
import { isDeepStrictEqual } from 'node:util'
import type { ApiError } from '../src/contract/errors.ts'
import type { StreamEvent } from '../src/contract/events.ts'
import { AgentResponse, TaskResponse, type FinishReason } from '../src/contract/response.ts'
import type { ScriptShape } from '../src/language/shape.ts'
import type { StepShape } from '../src/language/step-shape.ts'
import { makeServer } from '../src/server.ts'
import { exchange, playOut, takenUp } from './exchange.ts'
import { eventsOf, wrong } from './kit.ts'
import { streamFaults } from './stream-rules.ts'

const key = 'views-key'
const path = '/v2/agents/support/responses'
const stepMs = 250

/** How long the run took, in steps of the clock, and what a poll says in the end. */
interface Seen {
  steps: number
  task: TaskResponse
}

/** One script and one request, seen in three ways. */
export interface Views {
  script: ScriptShape
  sync: Seen & { status: number; body: AgentResponse | ApiError }
  background: Seen & { body: AgentResponse; polls: TaskResponse[] }
  stream: Seen & { events: StreamEvent[] }
}

type Request = Record<string, unknown>

/** Plays a script in each way on a server of its own. */
export async function viewsOf(script: ScriptShape, request: Request): Promise<Views> {
  const [sync, background, stream] = await Promise.all([
    play(script, request),
    play(script, { ...request, background: true }),
    play(script, { ...request, stream: true }),
  ])
  return {
    script,
    sync: { ...seen(sync), status: sync.status, body: JSON.parse(sync.text) as AgentResponse | ApiError },
    background: { ...seen(background), body: JSON.parse(background.text) as AgentResponse, polls: background.polls },
    stream: { ...seen(stream), events: wholeStream(stream.text) },
  }
}

function wholeStream(text: string): StreamEvent[] {
  const { events, done } = eventsOf(text)
  if (!done) throw new Error('the stream has no [DONE]')
  return events
}

async function play(script: ScriptShape, body: Request) {
  const mock = await makeServer({ fixtures: [{ scripts: [script] }], clock: 'manual', seed: 'views' })
  try {
    const url = await mock.listen(0, '127.0.0.1')
    const sent = exchange(url, { key, path, body })
    await takenUp(mock, key, sent)
    const early = body.background === true ? [await poll(url, mock.workspaces.of(key).tasks.all()[0]!.id)] : []
    const steps = await playOut(mock, key, stepMs)
    await sent.ended
    const polls = [...early]
    do polls.push(await poll(url, mock.workspaces.of(key).tasks.all()[0]!.id))
    while (polls.at(-1)!.status === 'in_progress')
    return { status: sent.status(), text: sent.received(), steps, polls }
  } finally {
    await mock.close()
  }
}

async function poll(url: string, taskId: string): Promise<TaskResponse> {
  const sent = exchange(url, { key, path: `${path}/${taskId}` })
  await sent.ended
  return JSON.parse(sent.received()) as TaskResponse
}

const seen = ({ steps, polls }: { steps: number; polls: TaskResponse[] }): Seen => ({ steps, task: polls.at(-1)! })

/** In what the three views of a script disagree, or one of them is not what it should be. */
export function differences({ script, sync, background, stream }: Views): string[] {
  const found: string[] = []
  const same = (what: string, one: unknown, other: unknown) => {
    if (!isDeepStrictEqual(one, other)) found.push(`${what}: ${JSON.stringify(one)} and ${JSON.stringify(other)}`)
  }
  const { task } = sync
  const { output, status, error, ...rest } = task
  const { usage: _usage, finish_reason, pending_tool_calls, ...head } = rest
  const { _id: lastId } = head

  for (const [name, fault] of Object.entries({
    task: wrong(TaskResponse, task),
    reply: sync.status === 200 ? wrong(AgentResponse, sync.body) : '',
    background: wrong(AgentResponse, background.body),
  }))
    same(`${name} and the contract`, fault, '')

  same('task, polled after a sync and a background request', task, background.task)
  same('task, polled after a sync and a stream request', task, stream.task)
  same('time of a sync and a background run', sync.steps, background.steps)
  same('time of a sync and a stream run', sync.steps, stream.steps)

  const end = endOf(script.steps ?? []) ?? 'stop'
  same('end of the script and of the task', end === 'failed' ? [undefined, 'failed'] : [end, 'completed'], [
    finish_reason,
    status,
  ])
  if (script.usage !== undefined) same('usage of the script and of the task', script.usage, task.usage)

  if (status === 'completed') same('sync reply and poll', { ...sync.body, status }, task)
  else {
    const { code, message, mock } = sync.body as ApiError
    same('error of the sync reply and of the poll', [message, code], [error, sync.status])
    same('task of the sync reply and of the poll', (mock as { task_id?: string }).task_id, task.task_id)
  }

  const running = { ...head, output: [] }
  same('background reply and poll', background.body, running)
  same('first background poll and the last', background.polls[0], { ...running, status: 'in_progress' })

  found.push(...streamFaults(stream.events, true))
  const [first, last] = [stream.events[0], stream.events.at(-1)]
  if (first?.type === 'response.started') {
    const { responseId, taskId, model, assistantMessageId, telemetry } = first.data
    same(
      'ids of the stream and of the poll',
      [responseId, taskId, assistantMessageId],
      [lastId, task.task_id, output[0]?.messageId],
    )
    same('model and trace of the stream and of the poll', [model, telemetry], [task.model, task.telemetry])
    const lateMs = typeof script.pace === 'object' ? durationMs(script.pace.headers) : 0
    const beganAt = new Date(Math.floor(Date.parse(task.created_at) + lateMs)).toISOString()
    same('start of the stream and of the poll', first.timestamp, beganAt)
  }
  if (last?.type === 'response.done')
    same('end of the stream and of the poll', last.data, {
      finishReason: finish_reason,
      // Its event knows no usage of null.
      ...(task.usage ? { usage: task.usage } : {}),
      ...(pending_tool_calls ? { pendingToolCalls: pending_tool_calls } : {}),
      telemetry: task.telemetry,
    })
  else if (last?.type === 'response.failed')
    same('end of the stream and of the poll', last.data, { error, code: sync.status })

  const { trail, agent, others } = split(task, script.trail === true && stream.events.some(isToolStart))
  const shown = agent.filter(part => part.kind !== 'tool_call')
  const streamed = rebuilt(stream.events)
  if (!isShuffle(streamed, shown, others)) same('parts of the stream and of the poll', streamed, [...shown, ...others])

  const asked = agent.flatMap(part =>
    part.kind === 'tool_call' ? { id: part.tool_call_id, name: part.tool_name, arguments: part.arguments } : [],
  )
  const pending = (pending_tool_calls ?? []).map(({ id, function: { name, arguments: given = '' } }) => ({
    id,
    name,
    arguments: isJson(given) ? (JSON.parse(given) as unknown) : {},
  }))
  same('calls in the output and pending calls', asked, pending)
  if (trail) same('tools of the stream and the trail', toolsTold(stream.events), trail)
  return found
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

const isToolStart = ({ type }: StreamEvent) => type === 'tool.started'

type Part = TaskResponse['output'][number]['parts'][number]

function split({ output }: TaskResponse, withTrail: boolean) {
  const [agent, ...more] = output
  const [calls, results] = withTrail ? more.splice(-2) : []
  const others = more.flatMap(message => message.parts).filter(({ kind }) => ['text', 'file', 'data'].includes(kind))
  const roles = [calls?.role, results?.role]
  return {
    agent: agent?.role === 'agent' ? agent.parts : [],
    others,
    trail: withTrail ? { roles, calls: calls?.parts ?? [], results: results?.parts ?? [] } : undefined,
  }
}

/** The trail as the stream would have it. */
function toolsTold(events: readonly StreamEvent[]) {
  const calls: Part[] = []
  const results: Part[] = []
  for (const { type, data } of events) {
    if (type === 'tool.started')
      calls.push({
        kind: 'tool_call',
        tool_name: data.toolName ?? '',
        tool_call_id: data.toolCallId,
        arguments: data.arguments,
      })
    if (type === 'tool.done')
      results.push({
        kind: 'tool_result',
        tool_call_id: data.toolCallId,
        ...('result' in data ? { result: data.result } : {}),
      })
    if (type === 'tool.failed')
      results.push({ kind: 'tool_result', tool_call_id: data.toolCallId, result: { error: data.error } })
  }
  return { roles: ['agent', 'tool'], calls, results }
}

type StreamPart = Extract<StreamEvent, { type: 'part.delta' }>['data']['delta']

/** The parts that a client puts together from pieces; without reasoning, which JSON never shows. */
function rebuilt(events: readonly StreamEvent[]): StreamPart[] {
  const parts = new Map<string, StreamPart>()
  for (const { type, data } of events) {
    if (type === 'part.delta') {
      const before = parts.get(data.partId)
      const joined =
        before?.kind === 'text' && data.delta.kind === 'text'
          ? { ...before, text: before.text + data.delta.text }
          : data.delta
      parts.set(data.partId, joined)
    }
    // A text without a piece is an empty one.
    if (type === 'part.done' && !parts.has(data.partId)) parts.set(data.partId, data.part)
  }
  return [...parts.values()].filter(({ kind }) => kind !== 'reasoning')
}

/** Whether `mixed` is `one` and `other` put together, each in its own order. */
function isShuffle(mixed: readonly unknown[], one: readonly unknown[], other: readonly unknown[]): boolean {
  if (mixed.length !== one.length + other.length) return false
  let reached = new Set([0])
  for (const [index, item] of mixed.entries()) {
    const next = new Set<number>()
    for (const fromOne of reached) {
      if (fromOne < one.length && isDeepStrictEqual(item, one[fromOne])) next.add(fromOne + 1)
      const fromOther = index - fromOne
      if (fromOther < other.length && isDeepStrictEqual(item, other[fromOther])) next.add(fromOne)
    }
    reached = next
  }
  return reached.has(one.length)
}

/** How a script ends by its words; undefined where its steps leave the turn open. */
function endOf(steps: readonly StepShape[]): FinishReason | 'failed' | undefined {
  for (const step of steps) {
    if ('fail' in step) return 'failed'
    if ('call' in step) return 'function_call'
    if ('finish' in step) return step.finish
    if (!('review' in step)) continue
    if (step.outcome === 'rejected') return endOf(step.rejected ?? []) ?? 'stop'
    const end = endOf(step.approved ?? [])
    if (end) return end
  }
  return undefined
}
