import type { OutputPart, StreamPart } from '../contract/parts.ts'
import type { Step } from '../script/script.ts'
import { spokenOf, type Chunk, type Spoken } from '../script/spoken.ts'
import { drawPrefixed, drawUlid, type Ids } from './ids.ts'
import { elapsed, pace, tell, type Playing, type Progress } from './progress.ts'

export function* say(progress: Progress, spoken: Spoken): Playing {
  yield* speak(progress, 'text', spoken)
  progress.parts.push(spoken.part)
}

export function* think(progress: Progress, spoken: Spoken): Playing {
  yield* speak(progress, 'reasoning', spoken)
}

function* speak(progress: Progress, kind: 'text' | 'reasoning', { text, json, chunks, characters }: Spoken): Playing {
  const partId = drawPrefixed(progress.stage.ids, kind)
  progress.answeredCharacters += characters
  yield* speakChunks(progress, partId, kind, chunks)
  tell(progress, { afterMs: elapsed(progress), type: 'spoken', partId, kind, text, json })
}

/** No event is larger than what a stream may hold back for a slow reader. */
const mostAtOnce = 256

/** Chunk by chunk, or all at once. Where nobody wants the chunks and none takes time, there is nothing to do. */
function* speakChunks(
  progress: Progress,
  partId: string,
  kind: 'text' | 'reasoning',
  chunks: readonly Chunk[],
): Playing {
  const { stage, script } = progress
  const timed = script.pace.firstMs > 0 || script.pace.eachMs > 0
  if (!stage.streamed && !timed) return
  for (let from = 0, to: number; from < chunks.length; from = to) {
    if (timed) yield* pace(progress)
    to = timed ? from + 1 : Math.min(chunks.length, from + Math.min(mostAtOnce, untilCut(progress)))
    if (!stage.streamed) continue
    tell(progress, { afterMs: elapsed(progress), type: 'chunks', partId, kind, chunks, from, to })
    countDown(progress, to - from)
  }
}

const untilCut = ({ cut }: Progress): number => cut?.afterChunks ?? Infinity

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
  for (const part of parts) {
    if (part.kind === 'text') yield* speak(progress, 'text', spokenOf(part.text))
    if (part.kind === 'file' || part.kind === 'data') yield* streamPart(progress, part)
  }
  progress.messages.push({
    messageId: messageId || drawUlid(ids),
    ...message,
    parts: parts.map(part => withId(part, ids)),
  })
}

/** A placeholder may have left the id of a call empty, which the contract does not allow. */
function withId(part: OutputPart, ids: Ids): OutputPart {
  return 'tool_call_id' in part && part.tool_call_id === ''
    ? { ...part, tool_call_id: drawPrefixed(ids, 'call') }
    : part
}
