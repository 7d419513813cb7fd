import type { OutputPart } from '../contract/parts.ts'
import type { Message } from '../contract/response.ts'
import { Problem } from '../problem.ts'
import { composed } from '../script/json-of.ts'
import type { CutKind, Manner, Step } from '../script/script.ts'
import type { Failure, ToolCall, Turn } from '../task/task.ts'
import type { Ending, Review, RunEvent, ServerCall } from './events.ts'
import { drawUlid } from './ids.ts'
import { addMessage, addPart, speak } from './parts.ts'
import { beginProgress, elapsed, nowOf, pause, tell, type Playing, type Progress, type Stage } from './progress.ts'
import { askForCall, serverCall, useTogether, useTool } from './tools.ts'

/**
 * Plays a script's steps. A step that takes no time yields nothing, so that an instant script is played within one call
 * of `next`. This is the one producer: sync, background and stream only watch what it tells.
 */
export function* play(manner: Manner, steps: readonly Step[], stage: Stage): Playing<Ending> {
  const progress = beginProgress(manner, stage)
  try {
    if (manner.pace.headersMs > 0) yield* beginLate(progress)
    else tell(progress, started)
    yield* playSteps(progress, steps)
  } catch (error) {
    progress.failure = failureOf(error)
  }
  missCut(progress)
  const outcome = outcomeOf(progress)
  tell(progress, outcome)
  return outcome
}

const started: RunEvent = { type: 'started', afterMs: 0 }

/** A stream sends nothing, headers neither, before it has begun. */
function* beginLate(progress: Progress): Playing {
  try {
    yield* pause(progress, progress.manner.pace.headersMs)
  } finally {
    tell(progress, { type: 'started', afterMs: elapsed(progress) })
  }
}

/** Thrown into a run from outside, to make it fail where it stands. */
export class Break extends Error {
  readonly failure: Failure
  constructor(failure: Failure) {
    super(failure.error)
    this.failure = failure
  }
}

function failureOf(error: unknown): Failure {
  if (error instanceof Break) return error.failure
  if (error instanceof Problem) return { error: `${error.message} ${error.hint ?? ''}`.trim(), code: error.status }
  // A fault of this program must not take the process with it.
  return { error: `The mock could not play this: ${String(error)}`, code: 500 }
}

function* playSteps(progress: Progress, steps: readonly Step[]): Playing {
  for (const step of steps) {
    if (progress.over) return
    const waiting = playStep(progress, step)
    if (waiting) yield* waiting
  }
}

/** Answers what there is to wait for; most steps are played when it returns, and a generator for each would be dear. */
const playStep = (progress: Progress, step: Step): Playing | void =>
  (players[step.do] as Player<Step['do']>)(progress, step)

type Player<Do extends Step['do']> = (progress: Progress, step: Extract<Step, { do: Do }>) => Playing | void

/** How each kind of step is played. */
const players: { [Do in Step['do']]: Player<Do> } = {
  say: (progress, { text }) => speak(progress, 'text', text(progress.stage.lookup), progress.parts),
  think: (progress, { text }) => speak(progress, 'reasoning', text(progress.stage.lookup)),
  part: (progress, { part }) => addPart(progress, part(progress.stage.lookup)),
  tool: useTool,
  together: (progress, { tools }) => useTogether(progress, tools),
  review,
  call: askForCall,
  message: addMessage,
  wait: (progress, { ms }) => pause(progress, ms),
  fail: (progress, { error, code }) => fail(progress, { error: error.render(progress.stage.lookup), code }),
  finish(progress, { reason }) {
    progress.finish = reason
  },
  cut: (progress, { cut: kind, afterChunks }) => cut(progress, kind, afterChunks),
  raw: (progress, { text }) =>
    tell(progress, { afterMs: elapsed(progress), type: 'raw', text: text.render(progress.stage.lookup) }),
}

function* review(progress: Progress, step: Extract<Step, { do: 'review' }>): Playing {
  const call = serverCall(progress, step.name)
  const given = step.arguments(progress.stage.lookup)
  tell(progress, { afterMs: elapsed(progress), type: 'review_requested', call, arguments: given })
  yield* pause(progress, step.takesMs)
  const verdict = step.outcome === 'manual' ? yield* decision(progress, call) : step.outcome
  tell(progress, { afterMs: elapsed(progress), type: 'review_done', call, review: verdict })
  if (verdict === 'approved') return yield* playSteps(progress, step.approved)
  yield* playSteps(progress, step.rejected)
  progress.over = true
}

/** Waits for a person; time owed starts anew when the decision comes. */
function* decision(progress: Progress, call: ServerCall): Playing<Review> {
  const verdict = (yield { kind: 'review', call }) ?? 'rejected'
  progress.dueMs = Math.max(progress.dueMs, nowOf(progress))
  return verdict
}

function fail(progress: Progress, failure: Failure): void {
  progress.failure = failure
  progress.over = true
}

function cut(progress: Progress, kind: CutKind, afterChunks: number): void {
  if (!progress.stage.streamed) return
  missCut(progress)
  if (afterChunks > 0) progress.cut = { kind, afterChunks }
  else tell(progress, { afterMs: elapsed(progress), type: 'cut', cut: kind })
}

/** Texts of placeholders may come out shorter than a cut expects. */
function missCut(progress: Progress): void {
  const { cut } = progress
  if (!cut) return
  progress.cut = undefined
  tell(progress, { afterMs: elapsed(progress), type: 'cut_missed', cut: cut.kind, missing: cut.afterChunks })
}

function outcomeOf(progress: Progress): Ending {
  const turn = turnOf(progress)
  const { failure } = progress
  const afterMs = elapsed(progress)
  return failure ? { type: 'failed', afterMs, turn, failure } : { type: 'done', afterMs, turn }
}

function turnOf(progress: Progress): Turn {
  const { stage, manner, calls } = progress
  return {
    head: stage.head,
    parts: kept(calls.length > 0 ? [...progress.parts, ...calls.map(partOf)] : progress.parts.slice()),
    further: kept([...progress.messages, ...trailOf(progress)]),
    calls: kept(calls),
    finish: progress.finish,
    usage: manner.usage,
    asked: stage.askedCharacters,
    answered: progress.answeredCharacters,
  }
}

/** Turns are kept, and most of their lists are empty: one and the same will do. */
const none: readonly never[] = []
const kept = <T>(list: readonly T[]): readonly T[] => (list.length > 0 ? list : none)

const partOf = ({ id, name, arguments: given }: ToolCall): OutputPart =>
  composed({ kind: 'tool_call', tool_name: name, tool_call_id: id, arguments: given })

function trailOf({ manner, trail, stage: { ids } }: Progress): Message[] {
  if (!manner.trail || !trail || trail.results.length === 0) return []
  // A run that was broken off has calls that never ended.
  const ended = new Set(trail.results.map(({ tool_call_id: id }) => id))
  const calls = composed(trail.calls.filter(({ tool_call_id: id }) => ended.has(id)))
  return [
    composed({ messageId: drawUlid(ids), role: 'agent', parts: calls }),
    composed({ messageId: drawUlid(ids), role: 'tool', parts: trail.results }),
  ]
}
