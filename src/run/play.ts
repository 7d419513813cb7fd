import type { Message } from '../contract/response.ts'
import type { CutKind, Script, Step } from '../script/script.ts'
import type { Failure, Turn } from '../task/task.ts'
import type { Outcome, Review, ServerCall } from './events.ts'
import { addMessage, addPart, say, think } from './parts.ts'
import { beginProgress, pause, tell, type Playing, type Progress, type Stage } from './progress.ts'
import { askForCall, serverCall, useTool } from './tools.ts'
import { estimateUsage } from './usage.ts'

/**
 * Plays a script's steps. A step that takes no time yields nothing, so that an instant script is played within one call
 * of `next`. This is the one producer: sync, background and stream only watch what it emits.
 */
export function* play(script: Script, steps: readonly Step[], stage: Stage): Playing<Outcome> {
  const progress = beginProgress(script, stage)
  tell(progress, { type: 'started' })
  try {
    yield* playSteps(progress, steps)
  } catch (error) {
    progress.failure =
      error instanceof Break ? error.failure : { error: `The mock could not play this: ${String(error)}`, code: 500 }
  }
  return conclude(progress)
}

/** Thrown into a run from outside, to make it fail where it stands. */
export class Break extends Error {
  readonly failure: Failure
  constructor(failure: Failure) {
    super(failure.error)
    this.failure = failure
  }
}

function* playSteps(progress: Progress, steps: readonly Step[]): Playing {
  for (const step of steps) {
    if (progress.over) return
    yield* playStep(progress, step)
  }
}

function* playStep(progress: Progress, step: Step): Playing {
  switch (step.do) {
    case 'say':
      return yield* say(progress, step)
    case 'think':
      return yield* think(progress, step)
    case 'part':
      return yield* addPart(progress, step.part(progress.lookup))
    case 'tool':
      return yield* useTool(progress, step)
    case 'review':
      return yield* review(progress, step)
    case 'call':
      return askForCall(progress, step)
    case 'message':
      return yield* addMessage(progress, step)
    case 'wait':
      return yield* pause(progress, step.ms)
    case 'fail':
      return fail(progress, { error: step.error.render(progress.lookup), code: step.code })
    case 'finish':
      progress.finish = step.reason
      return
    case 'cut':
      return cut(progress, step.cut, step.afterChunks)
    case 'raw':
      return tell(progress, { type: 'raw', text: step.text.render(progress.lookup) })
  }
}

function* review(progress: Progress, step: Extract<Step, { do: 'review' }>): Playing {
  const call = serverCall(progress, step.name)
  tell(progress, { type: 'review_requested', call, arguments: step.arguments(progress.lookup) })
  const verdict = step.outcome === 'manual' ? yield* decision(progress, call) : step.outcome
  tell(progress, { type: 'review_done', call, review: verdict })
  if (verdict === 'approved') return yield* playSteps(progress, step.approved)
  yield* playSteps(progress, step.rejected)
  progress.over = true
}

/** Waits for a person; time owed starts anew when the decision comes. */
function* decision(progress: Progress, call: ServerCall): Playing<Review> {
  const verdict = (yield { kind: 'review', call }) ?? 'rejected'
  progress.dueMs = Math.max(progress.dueMs, progress.clock.now())
  return verdict
}

function fail(progress: Progress, failure: Failure): void {
  progress.failure = failure
  progress.over = true
}

function cut(progress: Progress, kind: CutKind, afterChunks: number): void {
  if (!progress.streamed) return
  if (afterChunks > 0) progress.cut = { kind, afterChunks }
  else tell(progress, { type: 'cut', cut: kind })
}

function conclude(progress: Progress): Outcome {
  const turn = turnOf(progress)
  const { failure } = progress
  if (failure) {
    tell(progress, { type: 'failed', failure })
    return { kind: 'failed', turn, failure }
  }
  tell(progress, { type: 'done', turn })
  return { kind: 'finished', turn }
}

function turnOf(progress: Progress): Turn {
  const { head, script, parts, calls, askedCharacters, answeredCharacters } = progress
  const callParts = calls.map(call => ({
    kind: 'tool_call' as const,
    tool_name: call.name,
    tool_call_id: call.id,
    arguments: call.arguments,
  }))
  const agent: Message = { messageId: head.messageId, role: 'agent', parts: [...parts, ...callParts] }
  return {
    ...head,
    endedAtMs: progress.clock.now(),
    messages: [agent, ...progress.messages, ...trailOf(progress)],
    calls,
    finish: progress.finish,
    usage: script.usage ?? estimateUsage(askedCharacters, answeredCharacters),
  }
}

function trailOf({ script, trail, ids }: Progress): Message[] {
  if (!script.trail || trail.calls.length === 0) return []
  return [
    { messageId: ids.ulid(), role: 'agent', parts: trail.calls },
    { messageId: ids.ulid(), role: 'tool', parts: trail.results },
  ]
}
