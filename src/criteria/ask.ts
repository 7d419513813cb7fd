import type { FilePart, RequestPart } from '../contract/parts.ts'
import type { FreeObject } from '../contract/kinds.ts'
import { readJson } from '../json-text.ts'
import type { AgentKey } from '../language/agent-key.ts'

/** How the client wants to be told. */
export type Mode = 'sync' | 'background' | 'stream'

/** `stream` decides, never the Accept header: the vendor's SDKs send the same one for all modes. Of both, the stream wins. */
export function modeOf({ stream, background }: { stream?: boolean; background?: boolean }): Mode {
  if (stream) return 'stream'
  return background ? 'background' : 'sync'
}

/** The vendor's APIs, as `when: { api }` names them. */
export type Api = 'v2' | 'v3'

/** What one request asks of an agent: all that matching and templates may look at. */
export interface Ask {
  api: Api
  /** The agent as the client named it. */
  agent: AgentKey
  role: 'user' | 'tool'
  /** The text parts, joined by newlines. */
  text: string
  files: FilePart['file'][]
  /** What the client's tools gave back, with the tool's name where the task knows the call. */
  answers: Answer[]
  mode: Mode
  /** As the body has them, whichever of them wins. */
  stream: boolean
  background: boolean
  variables: FreeObject | undefined
  metadata: FreeObject | undefined
  identity: FreeObject | undefined
  thread: FreeObject | undefined
  memory: FreeObject | undefined
  conversation: FreeObject | undefined
  headers: Record<string, string | string[] | undefined>
  /** Of a request that is past, whose values are not all kept: whether a header had this one. */
  hadHeader?: (name: string, value: string) => boolean
  body: unknown
}

/** A tool's result in a request. */
export interface Answer {
  tool: string
  callId: string
  /** An object or a list that comes as JSON text is read as JSON. */
  result: unknown
}

export function textOf(parts: readonly RequestPart[]): string {
  const texts: string[] = []
  for (const part of parts) if (part.kind === 'text') texts.push(part.text)
  return texts.length === 1 ? texts[0]! : texts.join('\n')
}

/** An object or a list that comes as JSON text is read as JSON; a scalar stays the text it is. */
export function readResult(result: unknown): unknown {
  if (typeof result !== 'string' || !/^\s*[[{]/.test(result)) return result
  const read = readJson(result)
  return typeof read === 'object' && read !== null ? read : result
}
