import { Type, type Static } from '@sinclair/typebox'
import { FreeObject, Tagged } from './kinds.ts'

const TextPart = Type.Object(
  { kind: Type.Literal('text'), text: Type.String() },
  { title: 'TextPart', description: 'Plain text.' },
)
type TextPart = Static<typeof TextPart>

const ErrorPart = Type.Object(
  { kind: Type.Literal('error'), error: Type.String(), code: Type.Optional(Type.Number()) },
  { title: 'ErrorPart', description: 'Something that went wrong, told inside a message.' },
)

const DataPart = Type.Object(
  { kind: Type.Literal('data'), data: FreeObject, metadata: Type.Optional(FreeObject) },
  { title: 'DataPart', description: 'Structured data of any shape.' },
)
export type DataPart = Static<typeof DataPart>

const name = { mimeType: Type.Optional(Type.String()), name: Type.Optional(Type.String()) }

const FileBytes = Type.Object(
  { bytes: Type.String({ minLength: 1, description: 'The content in base64.' }), ...name },
  { title: 'FileBytes', description: 'A file carried inside the message.' },
)
const FileUri = Type.Object(
  { uri: Type.String(), ...name },
  { title: 'FileUri', description: 'A file named by its address.' },
)
export const FilePart = Type.Object(
  {
    kind: Type.Literal('file'),
    file: Type.Union([FileBytes, FileUri]),
    metadata: Type.Optional(FreeObject),
  },
  { title: 'FilePart', description: 'A file, by content or by address.' },
)
export type FilePart = Static<typeof FilePart>

const ToolCallPart = Type.Object(
  {
    kind: Type.Literal('tool_call'),
    tool_name: Type.String(),
    tool_call_id: Type.String({ minLength: 1 }),
    arguments: FreeObject,
    thought_signature: Type.Optional(Type.String()),
    metadata: Type.Optional(FreeObject),
  },
  { title: 'ToolCallPart', description: 'A call of a tool, with its arguments as an object.' },
)

export const ToolResultPart = Type.Object(
  {
    kind: Type.Literal('tool_result'),
    tool_call_id: Type.String({ minLength: 1 }),
    result: Type.Optional(Type.Unknown()),
    metadata: Type.Optional(FreeObject),
  },
  { title: 'ToolResultPart', description: 'What a tool gave back for the call of that id.' },
)
export type ToolResultPart = Static<typeof ToolResultPart>

const ReasoningPart = Type.Object(
  {
    _id: Type.String(),
    metadata: Type.Optional(FreeObject),
    kind: Type.Literal('reasoning'),
    reasoning: Type.String(),
    signature: Type.Optional(Type.String()),
  },
  { title: 'ReasoningPart', description: 'What the model thought. Streams only, never in `output`.' },
)

/** What a client may send in a message. */
export const RequestPart = Tagged('kind', [TextPart, FilePart, ToolResultPart, ErrorPart], {
  title: 'RequestPart',
  description: 'A part that a client may send.',
})
export type RequestPart = Static<typeof RequestPart>

/** What a message in `output` may hold. */
export const OutputPart = Tagged('kind', [TextPart, ErrorPart, DataPart, FilePart, ToolCallPart, ToolResultPart], {
  title: 'OutputPart',
  description: 'A part of a message in `output`.',
})
export type OutputPart = Static<typeof OutputPart>

/** What a stream's part events carry: a piece in `part.delta`, the whole in `part.done`. */
export const StreamPart = Tagged('kind', [TextPart, ReasoningPart, FilePart, DataPart], {
  title: 'StreamPart',
  description: 'A part, or the newest piece of one, in a stream.',
})
export type StreamPart = Static<typeof StreamPart>
