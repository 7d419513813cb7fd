import type { StreamPart } from '../contract/parts.ts'
import type { Message } from '../contract/response.ts'
import type { CutKind } from '../script/script.ts'
import type { Chunks, Spoken } from '../script/spoken.ts'
import type { Failure, Turn } from '../task/task.ts'

/** A call of a tool that runs on the server's side. */
export interface ServerCall {
  toolId: string
  callId: string
  name: string
}

/**
 * What happens in a run, in order. Nothing here knows how a client is told. Text comes in chunks, as many at once as time
 * lets (to `Infinity`: all that are left), and then as a whole (`spoken`); other parts as one piece and then as a whole
 * (`part`).
 */
export type RunEvent = {
  /** Since the run began. A small number, where a time would be an object of its own in each event that is kept. */
  afterMs: number
} & (
  | { type: 'started' }
  | { type: 'chunks'; partId: string; kind: 'text' | 'reasoning'; chunks: Chunks; from: number; to: number }
  | { type: 'spoken'; partId: string; kind: 'text' | 'reasoning'; spoken: Spoken }
  | { type: 'piece'; partId: string; part: StreamPart }
  | { type: 'part'; partId: string; part: StreamPart }
  | { type: 'tool_started'; call: ServerCall; arguments: Record<string, unknown> }
  | { type: 'tool_done'; call: ServerCall; result: unknown }
  | { type: 'tool_failed'; call: ServerCall; error: string }
  | { type: 'review_requested'; call: ServerCall; arguments: Record<string, unknown> }
  | { type: 'review_done'; call: ServerCall; review: Review }
  /** What is said from here to `message_done` stands in a message of its own. */
  | { type: 'message_started'; role: Message['role'] }
  | { type: 'message_done' }
  | { type: 'cut'; cut: CutKind }
  /** A cut that waited for so many more chunks than came. */
  | { type: 'cut_missed'; cut: CutKind; missing: number }
  | { type: 'raw'; text: string }
  | { type: 'done'; turn: Turn }
  | { type: 'failed'; turn: Turn; failure: Failure }
)

export type Review = 'approved' | 'rejected'

/** How a script ends. */
export type Ending = Extract<RunEvent, { type: 'done' | 'failed' }>

/** How a run ends. `aborted` is the end that no script asks for: a reset, or the server's own end. */
export type Outcome = Ending | { type: 'aborted' }
