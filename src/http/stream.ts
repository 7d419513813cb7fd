import type { ServerResponse } from 'node:http'
import type { Writable } from 'node:stream'
import { watchRun, type Run } from '../run/run.ts'
import type { RunEvent } from '../run/events.ts'
import type { CutKind } from '../script/script.ts'
import { resetConnection } from './handshakes.ts'
import { Splitter } from './splitter.ts'
import type { Teller } from './wire.ts'

/** The end of every stream that is not cut. */
const doneFrame = 'data: [DONE]\n\n'
/** The end of a stream whose task was reset, or whose server stops. */
const abortedFrame = ': the mock has ended this task\n\n'
/** A comment, which clients skip. */
const keepAliveFrame = ': keep-alive\n\n'

/** How a stream ended. */
type StreamEnd = 'completed' | 'cut' | 'client_left'

/** How much is put together for one write: enough for a whole ordinary reply. */
const batchCharacters = 64 * 1024

export const eventStream = { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' }

interface StreamOptions {
  headers: Record<string, string>
  teller: Teller
  /** The bytes leave in pieces of so many. */
  split: number | undefined
  /** An idle stream gets a comment after so long. */
  keepAliveMs: number
  onEnd: (end: StreamEnd, sent: Sent) => void
  /** A run that cannot be told breaks its stream, and nothing else. */
  onFault: (error: unknown) => void
}

/** What a stream has sent. */
interface Sent {
  /** Of the run's log. */
  events: number
  /** Of the event after these, if it is one of chunks. */
  chunks: number
  characters: number
}

/** A run being told to a client. */
interface Telling extends Sent {
  run: Run
  response: ServerResponse
  /** Where the bytes go: the response, or what cuts them into pieces. */
  outlet: Writable
  options: StreamOptions
  /** Whether the client keeps up. */
  flowing: boolean
  over: boolean
  /** What it takes to go on, for a run that does. */
  unwatch: (() => void) | undefined
  keepAlive: NodeJS.Timeout | undefined
}

/**
 * Tells a run as server-sent events. It reads the run's log at the client's speed: a slow reader holds no more than one
 * batch, a client that leaves only ends the watching.
 */
export function streamRun(run: Run, response: ServerResponse, options: StreamOptions): void {
  const telling: Telling = {
    run,
    response,
    outlet: options.split === undefined ? response : new Splitter(response, options.split),
    options,
    events: 0,
    chunks: 0,
    characters: 0,
    flowing: true,
    over: false,
    unwatch: undefined,
    keepAlive: undefined,
  }
  // A client may be gone before its request has come this far; then nothing will ever tell us.
  if (response.closed) return finish(telling, 'client_left')
  pump(telling)
  if (!telling.over) goOn(telling)
}

function goOn(telling: Telling): void {
  const { run, response, options } = telling
  response.on('close', () => finish(telling, 'client_left'))
  telling.outlet.on('drain', () => {
    // Not at once: where the kernel takes all there is, a drain follows on each write, and nobody else would have a turn.
    setImmediate(() => {
      telling.flowing = true
      pump(telling)
    })
  })
  telling.unwatch = watchRun(run, () => pump(telling))
  const wake = () =>
    telling.flowing && response.headersSent ? write(telling, keepAliveFrame) : telling.keepAlive?.refresh()
  telling.keepAlive = setTimeout(wake, options.keepAliveMs)
}

/** Whoever moves the run, or drains the connection, has no part in what goes wrong here. */
function pump(telling: Telling): void {
  try {
    tell(telling)
  } catch (error) {
    finish(telling, 'cut')
    telling.response.destroy()
    telling.options.onFault(error)
  }
}

/** Tells what there is to tell, as long as the client takes it. */
function tell(telling: Telling): void {
  const { run } = telling
  while (!telling.over && telling.flowing && (telling.events < run.log.length || run.outcome)) {
    const text = nextBatch(telling)
    const event = run.log[telling.events]
    if (event?.type === 'cut') return applyCut(telling, event.cut, text)
    const outcome = event ? undefined : run.outcome
    if (outcome) return close(telling, 'completed', text + (outcome.type === 'aborted' ? abortedFrame : doneFrame))
    write(telling, text)
  }
}

/** Everything up to the next cut that fits a batch. */
function nextBatch(telling: Telling): string {
  const { log } = telling.run
  const { teller } = telling.options
  let text = ''
  while (telling.events < log.length && text.length < batchCharacters) {
    const event = log[telling.events]!
    if (event.type === 'cut') return text
    if (event.type === 'chunks') text += nextChunks(telling, event, batchCharacters - text.length)
    else {
      text += teller.tell(event)
      telling.events += 1
    }
  }
  return text
}

/** As many chunks of the event at the cursor as make so many characters; after the last, the cursor moves on. */
function nextChunks(telling: Telling, event: Extract<RunEvent, { type: 'chunks' }>, characters: number): string {
  const { chunks, from, to } = event
  const { teller } = telling.options
  let text = ''
  let index = from + telling.chunks
  let chunk = index < to ? chunks.at(index) : undefined
  while (chunk && text.length < characters) {
    text += teller.tellChunk(event, chunk)
    index += 1
    chunk = index < to ? chunks.at(index) : undefined
  }
  telling.chunks = chunk ? index - from : 0
  if (!chunk) telling.events += 1
  return text
}

function applyCut(telling: Telling, cut: CutKind, text: string): void {
  telling.events += 1
  switch (cut) {
    case 'end':
      return close(telling, 'cut', text)
    case 'garbage':
      return close(telling, 'cut', text + telling.options.teller.garbage)
    case 'stall':
      write(telling, text)
      return finish(telling, 'cut')
    case 'reset':
      write(telling, text, () => resetSoon(telling.response))
      return finish(telling, 'cut')
  }
}

function write(telling: Telling, text: string, then?: () => void): void {
  begin(telling)
  telling.characters += text.length
  telling.flowing = telling.outlet.write(text, then)
  telling.keepAlive?.refresh()
}

function close(telling: Telling, how: StreamEnd, lastWords: string): void {
  begin(telling)
  telling.characters += lastWords.length
  finish(telling, how)
  telling.outlet.end(lastWords)
}

/** Headers leave with the first words. */
function begin({ response, options }: Telling): void {
  if (!response.headersSent) response.writeHead(200, options.headers)
}

function finish(telling: Telling, how: StreamEnd): void {
  if (telling.over) return
  telling.over = true
  telling.unwatch?.()
  clearTimeout(telling.keepAlive)
  telling.options.onEnd(how, telling)
}

/** Gives what was written a moment to leave, since a reset throws away what the kernel still holds. */
function resetSoon(response: ServerResponse): void {
  setTimeout(() => resetConnection(response.socket), 10)
}
