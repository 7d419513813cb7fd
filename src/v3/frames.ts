import type { ChunksEvent, Teller } from '../http/wire.ts'
import type { Ending, RunEvent } from '../run/events.ts'
import type { Run } from '../run/run.ts'
import {
  callItem,
  clientCall,
  messageId,
  messageItem,
  resultJson,
  serverCall,
  summaryPart,
  textPart,
  thoughtId,
  thoughtItem,
  toolItem,
  type Call,
  type ToolEnd,
} from './items.ts'
import { interrupts } from './output.ts'
import { endedJson, openJson, statusOf } from './present.ts'

/** An event that breaks off in the middle. */
const garbage = 'data: {"type":"response.output_text.delta","sequence_number":\n\n'

/** What of a run has been told to one client. */
interface Telling {
  run: Run
  sequence: number
  /** Of the latest item. */
  index: number
  message: { id: string; parts: string[] } | undefined
  /** The part whose beginning has been told, and not its end. */
  begun: string | undefined
  /** What comes in a delta before its text. */
  before: string
  /** The agent's own calls, by their ids. */
  calls: Map<string, Call>
  /** Whether what is said is of no message that this API could tell. */
  unheard: boolean
}

export function teller(run: Run): Teller {
  const telling: Telling = {
    run,
    sequence: 0,
    index: -1,
    message: undefined,
    begun: undefined,
    before: '',
    calls: new Map(),
    unheard: false,
  }
  return {
    garbage,
    tell: event => tellEvent(telling, event),
    tellChunk(event, { json }) {
      if (telling.unheard) return ''
      const opening = telling.begun === event.partId ? '' : begin(telling, event)
      const type = event.kind === 'text' ? textDelta : thoughtDelta
      return opening + frame(telling, type, `${telling.before}${json}${event.kind === 'text' ? ',"logprobs":[]' : ''}`)
    },
  }
}

const textDelta = 'response.output_text.delta'
const thoughtDelta = 'response.reasoning_summary_text.delta'

function frame(telling: Telling, type: string, rest: string): string {
  const made = `event: ${type}\ndata: {"type":"${type}","sequence_number":${telling.sequence},${rest}}\n\n`
  telling.sequence += 1
  return made
}

function tellEvent(telling: Telling, event: Exclude<RunEvent, { type: 'cut' | 'chunks' }>): string {
  const ending = interrupts(event) ? endMessage(telling) : ''
  switch (event.type) {
    case 'started': {
      const response = `"response":${openJson(telling.run.head, 'in_progress')}`
      return frame(telling, 'response.created', response) + frame(telling, 'response.in_progress', response)
    }
    case 'spoken':
      return telling.unheard ? '' : ending + tellSpoken(telling, event)
    case 'tool_started': {
      const call = serverCall(event.call, event.arguments)
      telling.calls.set(call.callId, call)
      return ending + tellCall(telling, call)
    }
    case 'tool_done':
    case 'tool_failed':
      return tellResult(telling, event)
    case 'message_started':
      telling.unheard = event.role !== 'agent'
      return ending
    case 'message_done':
      telling.unheard = false
      return ending
    case 'raw':
      return event.text
    case 'done':
    case 'failed':
      return ending + tellEnd(telling, event)
    case 'piece':
    case 'part':
    case 'review_requested':
    case 'review_done':
    case 'cut_missed':
      return ''
  }
}

/** A text or a thought begins, and with it the item that it stands in. */
function begin(telling: Telling, { partId, kind }: Pick<ChunksEvent, 'partId' | 'kind'>): string {
  telling.begun = partId
  return kind === 'text' ? beginText(telling, partId) : endMessage(telling) + beginThought(telling, partId)
}

function beginText(telling: Telling, partId: string): string {
  let opening = ''
  if (!telling.message) {
    telling.message = { id: messageId(partId), parts: [] }
    opening = addItem(telling, messageItem(telling.message.id, 'in_progress', ''))
  }
  const { id, parts } = telling.message
  const place = `"item_id":"${id}","output_index":${telling.index},"content_index":${parts.length}`
  telling.before = `${place},"delta":`
  return opening + frame(telling, 'response.content_part.added', `${place},"part":${textPart('""')}`)
}

function beginThought(telling: Telling, partId: string): string {
  const id = thoughtId(partId)
  const opening = addItem(telling, thoughtItem(id, 'in_progress', ''))
  const place = thoughtPlace(telling, id)
  telling.before = `${place},"delta":`
  return opening + frame(telling, 'response.reasoning_summary_part.added', `${place},"part":${summaryPart('""')}`)
}

const thoughtPlace = ({ index }: Telling, id: string) => `"item_id":"${id}","output_index":${index},"summary_index":0`

/** A text or a thought is whole. One without chunks has not begun yet. */
function tellSpoken(telling: Telling, event: Extract<RunEvent, { type: 'spoken' }>): string {
  const opening = telling.begun === event.partId ? '' : begin(telling, event)
  telling.begun = undefined
  const { json } = event.spoken
  return opening + (event.kind === 'text' ? endText(telling, json) : endThought(telling, thoughtId(event.partId), json))
}

function endText(telling: Telling, json: string): string {
  const { id, parts } = telling.message!
  const place = `"item_id":"${id}","output_index":${telling.index},"content_index":${parts.length}`
  const part = textPart(json)
  parts.push(part)
  return (
    frame(telling, 'response.output_text.done', `${place},"text":${json},"logprobs":[]`) +
    frame(telling, 'response.content_part.done', `${place},"part":${part}`)
  )
}

function endThought(telling: Telling, id: string, json: string): string {
  const place = thoughtPlace(telling, id)
  return (
    frame(telling, 'response.reasoning_summary_text.done', `${place},"text":${json}`) +
    frame(telling, 'response.reasoning_summary_part.done', `${place},"part":${summaryPart(json)}`) +
    endItem(telling, thoughtItem(id, 'completed', summaryPart(json)))
  )
}

function endMessage(telling: Telling): string {
  const { message } = telling
  telling.message = undefined
  return message ? endItem(telling, messageItem(message.id, 'completed', message.parts.join())) : ''
}

function addItem(telling: Telling, item: string): string {
  telling.index += 1
  return frame(telling, 'response.output_item.added', `"output_index":${telling.index},"item":${item}`)
}

const endItem = (telling: Telling, item: string) =>
  frame(telling, 'response.output_item.done', `"output_index":${telling.index},"item":${item}`)

function tellCall(telling: Telling, call: Call): string {
  const opening = addItem(telling, callItem(call, 'in_progress'))
  const place = `"item_id":${JSON.stringify(call.itemId)},"output_index":${telling.index}`
  return (
    opening +
    frame(telling, 'response.function_call_arguments.delta', `${place},"delta":${call.arguments}`) +
    frame(telling, 'response.function_call_arguments.done', `${place},"arguments":${call.arguments}`) +
    endItem(telling, callItem(call, 'completed'))
  )
}

function tellResult(telling: Telling, event: ToolEnd): string {
  const { toolId, callId } = event.call
  const call = telling.calls.get(callId)!
  const status = event.type === 'tool_done' ? 'completed' : 'failed'
  return (
    addItem(telling, toolItem(toolId, call, 'in_progress')) +
    endItem(telling, toolItem(toolId, call, status, resultJson(event)))
  )
}

function tellEnd(telling: Telling, ending: Ending): string {
  const calls = ending.turn.calls.map(call => tellCall(telling, clientCall(call)))
  return calls.join('') + frame(telling, `response.${statusOf(ending)}`, `"response":${endedJson(telling.run, ending)}`)
}
