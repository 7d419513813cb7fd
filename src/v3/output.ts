import type { RunEvent } from '../run/events.ts'
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
} from './items.ts'

/** What of a run has been read. */
interface Reading {
  items: string[]
  /** The message that goes on. */
  message: { id: string; parts: string[] } | undefined
  /** The agent's own calls, by their ids. */
  calls: Map<string, Call>
  /** Whether what is said is of no message that this API could tell. */
  unheard: boolean
}

/** The items of `output`, without its brackets: what a run told, in the order of its happening. */
export function outputJson(log: readonly RunEvent[]): string {
  const reading: Reading = { items: [], message: undefined, calls: new Map(), unheard: false }
  for (const event of log) {
    if (interrupts(event)) endMessage(reading)
    read(reading, event)
  }
  endMessage(reading)
  return reading.items.join()
}

function endMessage(reading: Reading): void {
  const { items, message } = reading
  if (message) items.push(messageItem(message.id, 'completed', message.parts.join()))
  reading.message = undefined
}

function read(reading: Reading, event: RunEvent): void {
  switch (event.type) {
    case 'spoken':
      return reading.unheard ? undefined : hear(reading, event)
    case 'message_started':
      reading.unheard = event.role !== 'agent'
      return
    case 'message_done':
      reading.unheard = false
      return
    case 'tool_started': {
      const call = serverCall(event.call, event.arguments)
      reading.calls.set(call.callId, call)
      reading.items.push(callItem(call, 'completed'))
      return
    }
    case 'tool_done':
    case 'tool_failed': {
      const status = event.type === 'tool_done' ? 'completed' : 'failed'
      reading.items.push(toolItem(event.call.toolId, reading.calls.get(event.call.callId)!, status, resultJson(event)))
      return
    }
    case 'done':
    case 'failed':
      reading.items.push(...event.turn.calls.map(call => callItem(clientCall(call), 'completed')))
      return
    case 'started':
    case 'chunks':
    case 'piece':
    case 'part':
    case 'review_requested':
    case 'review_done':
    case 'cut':
    case 'cut_missed':
    case 'raw':
  }
}

function hear(reading: Reading, { partId, kind, spoken: { json } }: Extract<RunEvent, { type: 'spoken' }>): void {
  if (kind === 'reasoning') {
    reading.items.push(thoughtItem(thoughtId(partId), 'completed', summaryPart(json)))
    return
  }
  reading.message ??= { id: messageId(partId), parts: [] }
  reading.message.parts.push(textPart(json))
}

const breaks: ReadonlySet<RunEvent['type']> = new Set([
  'tool_started',
  'message_started',
  'message_done',
  'done',
  'failed',
])

/** Whether a message of the agent ends before this. Texts that follow each other stand in one. */
export const interrupts = (event: RunEvent): boolean =>
  breaks.has(event.type) || ((event.type === 'chunks' || event.type === 'spoken') && event.kind === 'reasoning')
