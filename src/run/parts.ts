import type { OutputPart, StreamPart } from '../contract/parts.ts'
import { composed } from '../script/json-of.ts'
import type { Step } from '../script/script.ts'
import { spokenOf, type Chunks, type Spoken } from '../script/spoken.ts'
import { drawPrefixed, drawUlid, type Ids } from './ids.ts'
import { elapsed, pace, tell, type Playing, type Progress } from './progress.ts'

/** What is being said, and by which id a stream tells it. */
interface Speech {
  partId: string
  kind: 'text' | 'reasoning'
  spoken: Spoken
  /** Where the part goes when it is whole. */
  into: OutputPart[] | undefined
}

/** Says or thinks a text. Without a pace it is all told at once, and there is nothing to wait for. */
export function speak(
  progress: Progress,
  kind: Speech['kind'],
  spoken: Spoken,
  into?: OutputPart[],
): Playing | undefined {
  const speech = { partId: drawPrefixed(progress.stage.ids, kind), kind, spoken, into }
  progress.answeredCharacters += spoken.characters
  const { firstMs, eachMs } = progress.manner.pace
  if (firstMs > 0 || eachMs !== 0) return speakPaced(progress, speech)
  tellChunks(progress, speech, 0, Infinity)
  tellWhole(progress, speech)
  return undefined
}

function* speakPaced(progress: Progress, speech: Speech): Playing {
  for (let at = 0; speech.spoken.chunks.at(at); at += 1) {
    yield* pace(progress)
    tellChunks(progress, speech, at, at + 1)
  }
  tellWhole(progress, speech)
}

/** Where nobody wants the chunks, there is nothing to do. */
function tellChunks(
  progress: Progress,
  { partId, kind, spoken: { chunks } }: Speech,
  first: number,
  end: number,
): void {
  if (!progress.stage.streamed) return
  for (let from = first, to: number; from < end && chunks.at(from); from = to) {
    to = progress.cut ? endOf(chunks, from, Math.min(end, from + progress.cut.afterChunks)) : end
    tell(progress, { afterMs: elapsed(progress), type: 'chunks', partId, kind, chunks, from, to })
    countDown(progress, to - from)
  }
}

/** `to`, or where the chunks end before it. */
function endOf(chunks: Chunks, from: number, to: number): number {
  let at = from
  while (at < to && chunks.at(at)) at += 1
  return at
}

function tellWhole(progress: Progress, { partId, kind, spoken, into }: Speech): void {
  tell(progress, { afterMs: elapsed(progress), type: 'spoken', partId, kind, spoken })
  into?.push(spoken.part)
}

/** A cut may wait for so many chunks. */
function countDown(progress: Progress, chunks: number): void {
  const { cut } = progress
  if (!cut) return
  cut.afterChunks -= chunks
  if (cut.afterChunks > 0) return
  progress.cut = undefined
  tell(progress, { afterMs: elapsed(progress), type: 'cut', cut: cut.kind })
}

export function* addPart(progress: Progress, part: StreamPart & OutputPart): Playing {
  yield* streamPart(progress, part)
  progress.parts.push(part)
}

/** A part that comes in one piece. */
function* streamPart(progress: Progress, part: StreamPart): Playing {
  const partId = drawPrefixed(progress.stage.ids, part.kind)
  yield* pace(progress)
  if (progress.stage.streamed) {
    tell(progress, { afterMs: elapsed(progress), type: 'piece', partId, part })
    countDown(progress, 1)
  }
  tell(progress, { afterMs: elapsed(progress), type: 'part', partId, part })
}

export function* addMessage(progress: Progress, step: Extract<Step, { do: 'message' }>): Playing {
  const { ids, lookup } = progress.stage
  const { messageId, parts, ...message } = step.message(lookup)
  tell(progress, { afterMs: elapsed(progress), type: 'message_started', role: message.role })
  for (const part of parts) {
    if (part.kind === 'text') yield* speak(progress, 'text', spokenOf(part.text)) ?? []
    if (part.kind === 'file' || part.kind === 'data') yield* streamPart(progress, part)
  }
  tell(progress, { afterMs: elapsed(progress), type: 'message_done' })
  const named = composed(parts.map(part => withId(part, ids)))
  progress.messages.push(composed({ messageId: messageId || drawUlid(ids), ...message, parts: named }))
}

/** A placeholder may have left the id of a call empty, which the contract does not allow. */
function withId(part: OutputPart, ids: Ids): OutputPart {
  return 'tool_call_id' in part && part.tool_call_id === ''
    ? composed({ ...part, tool_call_id: drawPrefixed(ids, 'call') })
    : part
}
