import type { FilePart } from '../contract/parts.ts'
import type { InputItem, RouterRequest } from '../contract/v3/request.ts'
import { badBody, type Misfit } from '../http/bad-body.ts'

/** What a tool of the client gave back. */
export interface Result {
  callId: string
  output: unknown
}

/** What a request brings. */
export interface Input {
  /** All of it, as a list: what was said before too, where the client sends it back. */
  items: readonly InputItem[]
  /** This turn's message: what comes after the last thing that the agent made. */
  text: string
  files: FilePart['file'][]
  results: Result[]
  role: 'user' | 'tool'
  /** Results that stand before this turn's message. */
  earlier: Result[]
  /** The tools of calls that the client sends back, by the ids of the calls. */
  tools: ReadonlyMap<string, string>
}

/** Throws a Problem where it cannot be read. */
export function readInput(input: RouterRequest['input']): Input {
  if (input === undefined) throw badBody([{ place: 'input', message: 'is missing: a text, or a list of items' }])
  const items = typeof input === 'string' ? [textItem(input)] : input
  demandSound(items)
  const from = items.findLastIndex(isAgentMade) + 1
  const message = items.slice(from)
  const said = message.filter(item => typeOf(item) === 'message' && item.role === 'user')
  const results = message.flatMap(resultOf)
  return {
    items,
    text: said.map(textOf).join('\n'),
    files: said.flatMap(filesOf),
    results,
    role: said.length === 0 && results.length > 0 ? 'tool' : 'user',
    earlier: items.slice(0, from).flatMap(resultOf),
    tools: new Map(items.flatMap(toolOf)),
  }
}

const textItem = (text: string): InputItem => ({
  type: 'message',
  role: 'user',
  content: [{ type: 'input_text', text }],
})

/** Several clients leave the type of a message out. */
const typeOf = ({ type = 'message' }: InputItem) => type

/** Of what has no meaning here, all but outputs and a person's answers comes from an agent. */
function isAgentMade(item: InputItem): boolean {
  const type = typeOf(item)
  return type === 'message' ? item.role === 'assistant' : !/_(?:output|response)$/.test(type)
}

function demandSound(items: readonly InputItem[]): void {
  const misfits = items.flatMap((item, index) => misfitsOf(item, `input[${index}]`))
  if (misfits.length > 0) throw badBody(misfits)
}

/** No item has to have any key; but without these, nobody could tell what is meant. */
function misfitsOf(item: InputItem, place: string): Misfit[] {
  const missing = (key: keyof InputItem, message = `must have "${key}"`) =>
    item[key] === undefined ? [{ place, message }] : []
  switch (typeOf(item)) {
    case 'message':
      return [...missing('role'), ...missing('content')]
    case 'function_call_output':
      return [...missing('call_id'), ...missing('output')]
    case 'function_call':
      return [...missing('call_id'), ...missing('name')]
    default:
      return []
  }
}

const partsOf = ({ content }: InputItem) =>
  typeof content === 'string' ? [{ type: 'input_text', text: content }] : (content ?? [])

type Parts = Exclude<InputItem['output'], string | undefined>

const joined = (parts: Parts) => parts.flatMap(({ text }) => text ?? []).join('\n')
const textOf = (item: InputItem) => joined(partsOf(item))

const filesOf = (item: InputItem) => partsOf(item).flatMap(fileOf)

function fileOf({ type, image_url, file_id, file_data, file_url, filename, mime_type }: Parts[number]) {
  const data = file_data ?? image_url ?? file_url
  if (!['input_image', 'input_file'].includes(type) || (data ?? file_id) === undefined) return []
  const names = {
    ...(mime_type === undefined ? {} : { mimeType: mime_type }),
    ...(filename === undefined ? {} : { name: filename }),
  }
  const [, mimeType, bytes] = /^data:([^;,]*)(?:;[^,]*)?,(.*)$/s.exec(data ?? '') ?? []
  if (bytes !== undefined) return [{ bytes, ...(mimeType ? { mimeType } : {}), ...names }]
  return [file_data === undefined ? { uri: data ?? file_id!, ...names } : { bytes: file_data, ...names }]
}

function resultOf(item: InputItem): Result[] {
  if (typeOf(item) !== 'function_call_output') return []
  const { call_id: callId = '', output = '' } = item
  return [{ callId, output: typeof output === 'string' ? output : joined(output) }]
}

const toolOf = (item: InputItem): [string, string][] =>
  typeOf(item) === 'function_call' ? [[item.call_id ?? '', item.name ?? '']] : []
