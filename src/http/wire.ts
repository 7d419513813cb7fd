import type { Api, Ask } from '../criteria/ask.ts'
import type { RunEvent } from '../run/events.ts'
import type { Run } from '../run/run.ts'
import type { Chunk } from '../script/spoken.ts'
import type { Problem } from '../problem.ts'
import type { Task } from '../task/task.ts'
import type { Entry } from '../workspace/journal.ts'

/** One of the vendor's APIs: how it tells a run, and what its errors look like. All else is the same for each. */
export interface Wire {
  api: Api
  /** Whether a path is one of its own, a route or not. */
  owns(path: string): boolean
  /** What a request asked, made again of what the journal keeps: of headers that are not shown, all but their values. */
  askAgain(entry: Entry): Ask
  /**
   * The reply to a POST that does not stream; to a sync one, when its run is done. Made of the journal's entry, so that the
   * journal keeps no text: its run tells the same again.
   */
  turnBody(entry: Entry): string
  /** The reply to a poll. `veiled`: the task shows itself in progress, whatever it is. `run` is that of its latest turn. */
  taskBody(task: Task, veiled: boolean, run: Run): string
  /** A reply that breaks off in the middle. */
  brokenReply: string
  /** One for each stream. */
  teller(run: Run): Teller
  problemBody(problem: Problem): string
  /** What a client needs to find a turn again whose POST is answered with an error. */
  namesOf(run: Run): Record<string, string>
  /** Of a poll for a task that is not there. */
  notFoundBody(problem: Problem): string
  /** What this API would say with a status that a fixture gives without a body. */
  plainError(status: number, request: 'create' | 'poll'): object
  /** Why something is not there that clients ask for, below its paths; undefined: there is nothing to say. */
  absent(method: string, path: string): string | undefined
}

export type ChunksEvent = Extract<RunEvent, { type: 'chunks' }>

/** Tells one run to one client, event by event, as text of a stream. */
export interface Teller {
  /** Empty where this API has no words for it. */
  tell(event: Exclude<RunEvent, { type: 'cut' | 'chunks' }>): string
  tellChunk(event: ChunksEvent, chunk: Chunk): string
  /** A frame that breaks off in the middle. */
  garbage: string
}

/** The API that a request is meant for, by its path; the first where it is nobody's. */
export type WireOf = (path: string) => Wire
