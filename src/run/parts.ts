import type { OutputPart, StreamPart } from '../contract/parts.ts'
import type { Step } from '../script/script.ts'
import { pace, tell, type Playing, type Progress } from './progress.ts'
import { charactersIn } from './usage.ts'

export function* say(progress: Progress, step: Extract<Step, { do: 'say' }>): Playing {
  const chunks = step.chunks(progress.lookup)
  const text = chunks.join('')
  const partId = progress.ids.prefixed('text')
  progress.answeredCharacters += charactersIn(text)
  yield* chunked(progress, partId, chunks, piece => ({ kind: 'text', text: piece }))
  progress.parts.push({ kind: 'text', text })
  tell(progress, { type: 'part', partId, part: { kind: 'text', text } })
}

export function* think(progress: Progress, step: Extract<Step, { do: 'think' }>): Playing {
  const chunks = step.chunks(progress.lookup)
  const reasoning = chunks.join('')
  const partId = progress.ids.prefixed('reasoning')
  progress.answeredCharacters += charactersIn(reasoning)
  yield* chunked(progress, partId, chunks, piece => ({ _id: partId, kind: 'reasoning', reasoning: piece }))
  tell(progress, { type: 'part', partId, part: { _id: partId, kind: 'reasoning', reasoning } })
}

export function* addPart(progress: Progress, part: StreamPart & OutputPart): Playing {
  yield* streamPart(progress, part)
  progress.parts.push(part)
}

export function* addMessage(progress: Progress, step: Extract<Step, { do: 'message' }>): Playing {
  const { messageId, ...message } = step.message(progress.lookup)
  for (const part of message.parts) {
    if (part.kind === 'text') progress.answeredCharacters += charactersIn(part.text)
    if (part.kind === 'text' || part.kind === 'file' || part.kind === 'data') yield* streamPart(progress, part)
  }
  progress.messages.push({ messageId: messageId || progress.ids.ulid(), ...message })
}

function* streamPart(progress: Progress, part: StreamPart): Playing {
  const partId = progress.ids.prefixed(part.kind)
  yield* chunked(progress, partId, [''], () => part)
  tell(progress, { type: 'part', partId, part })
}

function* chunked(
  progress: Progress,
  partId: string,
  chunks: readonly string[],
  wrap: (piece: string) => StreamPart,
): Playing {
  for (const piece of chunks) {
    yield* pace(progress)
    if (progress.streamed) tellDelta(progress, partId, wrap(piece))
  }
}

function tellDelta(progress: Progress, partId: string, piece: StreamPart): void {
  tell(progress, { type: 'delta', partId, piece })
  const { cut } = progress
  if (!cut) return
  cut.afterChunks -= 1
  if (cut.afterChunks > 0) return
  progress.cut = undefined
  tell(progress, { type: 'cut', cut: cut.kind })
}
