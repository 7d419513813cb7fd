import type { RunEvent, ServerCall } from '../run/events.ts'
import type { ToolCall } from '../task/task.ts'

/** The items of `output`, as JSON: what a run told, in the order of its happening. */

/** Ids follow from those of the run, so that the same run has the same ids each time it is told. */
const ulidIn = (id: string) => id.slice(id.indexOf('_') + 1)
export const messageId = (partId: string): string => `msg_${ulidIn(partId)}`
export const thoughtId = (partId: string): string => `rs_${ulidIn(partId)}`
const callItemId = (callId: string): string => (callId.startsWith('call_') ? `fc_${ulidIn(callId)}` : `fc_${callId}`)

/** Texts come as JSON. */
export const textPart = (json: string): string => `{"type":"output_text","text":${json},"annotations":[],"logprobs":[]}`
export const summaryPart = (json: string): string => `{"type":"summary_text","text":${json}}`

type Status = 'in_progress' | 'completed' | 'failed'

export const messageItem = (id: string, status: Status, parts: string): string =>
  `{"id":"${id}","type":"message","status":"${status}","role":"assistant","content":[${parts}]}`

export const thoughtItem = (id: string, status: Status, parts: string): string =>
  `{"id":"${id}","type":"reasoning","status":"${status}","summary":[${parts}],"content":[]}`

/** A call of the client's tool or of the agent's own. */
export interface Call {
  itemId: string
  callId: string
  name: string
  /** JSON, as a JSON text. */
  arguments: string
}

export const clientCall = ({ id, name, arguments: given, argumentsText }: ToolCall): Call => ({
  itemId: callItemId(id),
  callId: id,
  name,
  arguments: JSON.stringify(argumentsText ?? JSON.stringify(given)),
})

export const serverCall = ({ callId, name }: ServerCall, given: object): Call => ({
  itemId: callItemId(callId),
  callId,
  name,
  arguments: JSON.stringify(JSON.stringify(given)),
})

const callKeys = (call: Call, given: string) =>
  `"call_id":${JSON.stringify(call.callId)},"name":${JSON.stringify(call.name)},"arguments":${given}`

export const callItem = (call: Call, status: Status): string =>
  `{"id":${JSON.stringify(call.itemId)},"type":"function_call","status":"${status}",${callKeys(call, status === 'completed' ? call.arguments : '""')}}`

/** `result` as JSON; without it, the tool still runs. */
export const toolItem = (toolId: string, call: Call, status: Status, result?: string): string =>
  `{"id":"${toolId}","type":${JSON.stringify(`orq:${call.name}`)},"status":"${status}",${callKeys(call, call.arguments)}${result === undefined ? '' : `,"result":${result}`}}`

export type ToolEnd = Extract<RunEvent, { type: 'tool_done' | 'tool_failed' }>

/** Of a tool that fails, the result is the text of its error. */
export const resultJson = (event: ToolEnd): string =>
  event.type === 'tool_done' ? (JSON.stringify(event.result) ?? 'null') : JSON.stringify(event.error)
