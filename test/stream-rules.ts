import type { StreamEvent } from '../src/contract/events.ts'

const ulid = '[0-7][0-9A-HJKMNP-TV-Z]{25}'
const lowerUlid = '[0-7][0-9a-hjkmnp-tv-z]{25}'
const idForms = {
  task: new RegExp(`^${ulid}$`),
  message: new RegExp(`^${ulid}$`),
  response: new RegExp(`^resp_${ulid}$`),
  part: (kind: string) => new RegExp(`^${kind}_${lowerUlid}$`),
  trace: /^[0-9a-f]{32}$/,
  span: /^[0-9a-f]{16}$/,
  time: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
}

type Data<Type extends StreamEvent['type']> = Extract<StreamEvent, { type: Type }>['data']

/**
 * What the wire page says of a stream and no schema can: the order of events, what belongs to what, and the form of ids.
 * Answers the faults. `whole` where nothing cuts the stream.
 */
export function streamFaults(events: readonly StreamEvent[], whole: boolean): string[] {
  const faults: string[] = []
  const demand = (holds: boolean, fault: string) => void (holds || faults.push(fault))
  let open: StreamEvent | undefined
  let text = ''
  const running = new Map<string, Extract<StreamEvent, { type: 'tool.started' | 'tool.review.requested' }>>()

  for (const [index, event] of events.entries()) {
    const last = index === events.length - 1
    const { type } = event
    demand(idForms.time.test(event.timestamp), `${type} at ${event.timestamp}`)
    demand(index === 0 || event.timestamp >= events[index - 1]!.timestamp, `${type} goes back in time`)
    demand((type === 'response.started') === (index === 0), `${type} is event ${index}`)
    const end = type === 'response.done' || type === 'response.failed'
    demand(!end || last, `${type} is not the last event`)
    demand(!last || !whole || end, `${type} is the last event`)
    const before: StreamEvent | undefined = open
    open = undefined

    switch (type) {
      case 'response.started':
        faults.push(...startFaults(event.data))
        break
      case 'part.delta':
        demand(before === undefined || before.type === 'part.delta', `part.delta within ${before?.type}`)
        if (before?.type === 'part.delta')
          demand(before.data.partId === event.data.partId, `deltas of two parts mingle: ${event.data.partId}`)
        else text = ''
        text += textIn(event.data.delta)
        demand(ownId(event.data.delta, event.data.partId), `a piece of ${event.data.partId} has another id`)
        open = event
        break
      case 'part.done': {
        const { part, partId } = event.data
        demand(idForms.part(part.kind).test(partId), `part id ${partId} of a ${part.kind}`)
        demand(before === undefined || before.type === 'part.delta', `part.done within ${before?.type}`)
        if (before?.type === 'part.delta') faults.push(...doneFaults(before.data, event.data, text))
        else demand(textIn(part) === '' && 'kind' in part && isTextual(part), `${partId} has no part.delta`)
        break
      }
      case 'tool.started':
      case 'tool.review.requested':
        // Tools may run at the same time.
        demand(
          before === undefined || (type === 'tool.started' && before.type === type),
          `${type} within ${before?.type}`,
        )
        demand(idForms.part('tool').test(event.data.toolId), `tool id ${event.data.toolId}`)
        demand(idForms.part('call').test(event.data.toolCallId), `call id ${event.data.toolCallId}`)
        demand(event.data.toolName !== undefined, `${type} without toolName`)
        open = event
        running.set(event.data.toolCallId, event)
        break
      case 'tool.done':
      case 'tool.failed':
      case 'tool.review.done': {
        const wanted = type === 'tool.review.done' ? 'tool.review.requested' : 'tool.started'
        const begun = running.get(event.data.toolCallId)
        running.delete(event.data.toolCallId)
        demand(before?.type === wanted, `${type} within ${before?.type}`)
        demand(begun?.type === wanted && begun.data.toolId === event.data.toolId, `${type} names another call`)
        open = [...running.values()].at(-1)
        break
      }
      case 'response.done':
        demand(before === undefined, `${type} within ${before?.type}`)
        demand(event.data.pendingToolCalls?.length !== 0, 'pendingToolCalls is an empty list')
        demand(
          event.data.pendingToolCalls === undefined || event.data.finishReason === 'function_call',
          `calls wait, and the finish reason is ${event.data.finishReason}`,
        )
        break
      case 'response.failed':
        // A run may break anywhere, also within a part.
        demand(event.data.code >= 400 && event.data.code <= 599, `code ${event.data.code}`)
    }
  }
  return faults
}

type StreamPart = Data<'part.done'>['part']

const isTextual = ({ kind }: StreamPart) => kind === 'text' || kind === 'reasoning'

/** Only reasoning parts say their id themselves. */
function ownId(part: StreamPart, partId: string): boolean {
  if (part.kind !== 'reasoning') return true
  const { _id: id } = part
  return id === partId
}

function textIn(part: StreamPart): string {
  switch (part.kind) {
    case 'text':
      return part.text
    case 'reasoning':
      return part.reasoning
    case 'file':
    case 'data':
      return ''
  }
}

function startFaults(data: Data<'response.started'>): string[] {
  const forms: [string, RegExp, string | undefined][] = [
    ['responseId', idForms.response, data.responseId],
    ['taskId', idForms.task, data.taskId],
    ['workflowRunId', idForms.message, data.workflowRunId],
    ['assistantMessageId', idForms.message, data.assistantMessageId],
    ['trace_id', idForms.trace, data.telemetry?.trace_id],
    ['span_id', idForms.span, data.telemetry?.span_id],
    ['model', /^[^/]+\/.+$/, data.model],
  ]
  return forms.flatMap(([name, form, value]) => (form.test(value ?? '') ? [] : `${name}: ${value}`))
}

/** Whether the pieces of a part make the whole. */
function doneFaults({ partId, delta }: Data<'part.delta'>, done: Data<'part.done'>, text: string): string[] {
  const { part } = done
  if (partId !== done.partId) return [`part.done of ${done.partId} after deltas of ${partId}`]
  if (delta.kind !== part.kind) return [`a ${part.kind} after pieces of ${delta.kind}`]
  if (!ownId(part, partId)) return [`${partId} has another id inside`]
  if (isTextual(part)) return textIn(part) === text ? [] : [`the pieces of ${partId} make another text`]
  return JSON.stringify(delta) === JSON.stringify(part) ? [] : [`the piece of ${partId} is not the part`]
}
