import type { ServerResponse } from 'node:http'
import type { Run } from '../run/run.ts'
import type { CutKind } from '../script/script.ts'
import { doneFrame, frameOf, garbageFrame, keepAliveFrame } from './frames.ts'

/** How a stream ended. */
export type StreamEnd = 'completed' | 'cut' | 'client_left' | 'ended'

/** How much is put together for one write: enough for a whole ordinary reply. */
const batchCharacters = 64 * 1024

interface StreamOptions {
  headers: Record<string, string | string[]>
  /** An idle stream gets a comment after so long. */
  keepAliveMs: number
  onEnd: (end: StreamEnd) => void
}

/** A stream under way. */
export interface Stream {
  /** Ends it in order, with a comment that says why, whatever the run does. */
  end(comment: string): void
}

/**
 * Tells a run as server-sent events. It reads the run's log at the client's speed: a slow reader holds no more than one
 * batch, a client that leaves only ends the watching.
 */
export function streamRun(run: Run, response: ServerResponse, { headers, keepAliveMs, onEnd }: StreamOptions): Stream {
  let cursor = 0
  let flowing = true
  let end: StreamEnd | undefined
  let unwatch = () => {}
  let keepAlive: NodeJS.Timeout | undefined

  const finish = (how: StreamEnd) => {
    if (end) return
    end = how
    unwatch()
    clearTimeout(keepAlive)
    onEnd(how)
  }
  const close = (how: StreamEnd, lastWords: string) => {
    finish(how)
    response.end(lastWords)
  }
  const write = (text: string) => {
    flowing = response.write(text)
    keepAlive?.refresh()
  }

  /** Everything up to the next cut that fits a batch. */
  const nextBatch = (): { text: string; cut: CutKind | undefined } => {
    let text = ''
    while (cursor < run.log.length && text.length < batchCharacters) {
      const event = run.log[cursor]!
      cursor += 1
      if (event.type === 'cut') return { text, cut: event.cut }
      text += frameOf(event, run.taskId, run.head)
    }
    return { text, cut: undefined }
  }

  const pump = () => {
    while (!end && flowing && (cursor < run.log.length || run.outcome())) {
      const { text, cut } = nextBatch()
      if (cut) return applyCut(cut, text)
      const outcome = cursor === run.log.length ? run.outcome() : undefined
      if (outcome?.kind === 'aborted') return close('ended', `${text}: the mock has ended this task\n\n`)
      if (outcome) return close('completed', text + doneFrame)
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
        finish('cut')
        return void response.write(text)
      case 'reset':
        finish('cut')
        return void response.write(text, () => resetSoon(response))
    }
  }

  response.writeHead(200, { ...headers, 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
  response.on('close', () => finish('client_left'))
  response.on('drain', () => {
    flowing = true
    pump()
  })
  pump()
  if (!end) {
    unwatch = run.watch(pump)
    keepAlive = setTimeout(() => (flowing ? write(keepAliveFrame) : keepAlive?.refresh()), keepAliveMs)
  }
  return {
    end(comment) {
      if (!response.writableEnded) close('ended', `: ${comment}\n\n`)
    },
  }
}

/** Gives what was written a moment to leave, since a reset throws away what the kernel still holds. */
function resetSoon(response: ServerResponse): void {
  setTimeout(() => response.socket?.resetAndDestroy(), 10)
}
