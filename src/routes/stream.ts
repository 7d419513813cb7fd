import type { ServerResponse } from 'node:http'
import { watchRun, type Run } from '../run/run.ts'
import type { CutKind } from '../script/script.ts'
import { abortedFrame, doneFrame, framesOf, garbageFrame, keepAliveFrame } from './frames.ts'

/** How a stream ended. */
type StreamEnd = 'completed' | 'cut' | 'client_left'

/** How much is put together for one write: enough for a whole ordinary reply. */
const batchCharacters = 64 * 1024

export const eventStream = { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' }

interface StreamOptions {
  headers: Record<string, string>
  /** An idle stream gets a comment after so long. */
  keepAliveMs: number
  /** With what was sent: events of the run's log, and characters. */
  onEnd: (end: StreamEnd, events: number, characters: number) => void
}

/**
 * Tells a run as server-sent events. It reads the run's log at the client's speed: a slow reader holds no more than one
 * batch, a client that leaves only ends the watching.
 */
export function streamRun(run: Run, response: ServerResponse, { headers, keepAliveMs, onEnd }: StreamOptions): void {
  let cursor = 0
  let characters = 0
  let flowing = true
  let over = false
  let unwatch = () => {}
  let keepAlive: NodeJS.Timeout | undefined

  const finish = (how: StreamEnd) => {
    if (over) return
    over = true
    unwatch()
    clearTimeout(keepAlive)
    onEnd(how, cursor, characters)
  }
  const close = (how: StreamEnd, lastWords: string) => {
    characters += lastWords.length
    finish(how)
    response.end(lastWords)
  }
  const write = (text: string, then?: () => void) => {
    characters += text.length
    flowing = response.write(text, then)
    keepAlive?.refresh()
  }

  /** Everything up to the next cut that fits a batch. */
  const nextBatch = (): { text: string; cut: CutKind | undefined } => {
    let text = ''
    while (cursor < run.log.length && text.length < batchCharacters) {
      const event = run.log[cursor]!
      cursor += 1
      if (event.type === 'cut') return { text, cut: event.cut }
      text += framesOf(event, run.taskId, run.head)
    }
    return { text, cut: undefined }
  }

  const pump = () => {
    while (!over && flowing && (cursor < run.log.length || run.outcome)) {
      const { text, cut } = nextBatch()
      if (cut) return applyCut(cut, text)
      const outcome = cursor === run.log.length ? run.outcome : undefined
      if (outcome) return close('completed', text + (outcome.type === 'aborted' ? abortedFrame : doneFrame))
      write(text)
    }
  }

  const applyCut = (cut: CutKind, text: string) => {
    switch (cut) {
      case 'end':
        return close('cut', text)
      case 'garbage':
        return close('cut', text + garbageFrame)
      case 'stall':
        write(text)
        return finish('cut')
      case 'reset':
        write(text, () => resetSoon(response))
        return finish('cut')
    }
  }

  // A client may be gone before its request has come this far; then nothing will ever tell us.
  if (response.closed) return finish('client_left')
  response.writeHead(200, headers)
  pump()
  if (over) return
  response.on('close', () => finish('client_left'))
  response.on('drain', () => {
    flowing = true
    pump()
  })
  unwatch = watchRun(run, pump)
  keepAlive = setTimeout(() => (flowing ? write(keepAliveFrame) : keepAlive?.refresh()), keepAliveMs)
}

/** Gives what was written a moment to leave, since a reset throws away what the kernel still holds. */
function resetSoon(response: ServerResponse): void {
  setTimeout(() => response.socket?.resetAndDestroy(), 10)
}
