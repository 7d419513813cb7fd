import type { IncomingHttpHeaders } from 'node:http'
import type { Clock } from '../clock.ts'
import type { Problem } from '../problem.ts'
import type { Run } from '../run/run.ts'
import type { Api, Ask, Mode } from '../criteria/ask.ts'
import type { NearMiss } from '../matching/near-miss.ts'
import type { Script } from '../script/script.ts'
import { keepHeaders, sizeOf, type KeptHeaders } from './kept-headers.ts'

/** How a request ended. `refused`: before any script played. */
type End = 'completed' | 'client_left' | 'cut' | 'refused'

type Refusal = Pick<Problem, 'code' | 'message' | 'hint'>

/**
 * A request and what came of it. It keeps references to what is there anyway; how it looks is made when somebody asks.
 */
export interface Entry {
  /** Counts from 1 in each workspace; 0 once cleared. */
  number: number
  atMs: number
  /** When it came, as the clock's `elapsed` tells. */
  sinceMs: number
  method: string
  url: string
  headers: KeptHeaders
  /** Whose route it asked for; undefined for none. */
  api: Api | undefined
  /** As the client has named it; undefined where the path names none. */
  agent: string | undefined
  task: string | undefined
  mode: Mode | undefined
  /** The text of the message. */
  text: string | undefined
  /** The body as it was sent. */
  body: string | undefined
  /** The tools whose calls the message answers, in the order of their results. */
  tools: readonly string[] | undefined
  /** Makes of this entry what the request asked; undefined for one that was refused before that was known. */
  askAgain: ((entry: Entry) => Ask) | undefined
  script: Script | undefined
  /** For a request that no script matched: why none did. */
  nearMisses: readonly NearMiss[] | undefined
  /** Why it was turned away before any script played. */
  refusal: Refusal | undefined
  /** Placeholders that led nowhere. */
  unknownNames: string[] | undefined
  run: Run | undefined
  /** How many events of the run a stream had told when it ended. */
  eventsSent: number | undefined
  /** How many chunks of the event after these. */
  chunksSent: number
  status: number | undefined
  /** The body of the reply, or what makes it of this entry; for streams, the run tells what was sent. */
  reply: string | ((entry: Entry) => string) | undefined
  end: End | undefined
  tookMs: number | undefined
  bytes: number
  dropped: boolean
}

/** Whether a request reached no script, no route or no workspace. */
export const isUnmatched = ({ nearMisses, refusal }: Entry): boolean =>
  nearMisses !== undefined || refusal?.code === 'unknown_route' || refusal?.code === 'unauthorized'

/** A request as it comes. */
type Came = Pick<Entry, 'method' | 'url' | 'api' | 'agent' | 'task'> & { headers: IncomingHttpHeaders }

export interface JournalLimits {
  maxRequests: number
  maxJournalBytes: number
}

/** The requests of one workspace, the latest so many. */
export interface Journal {
  open(clock: Clock, request: Came): Entry
  /** Writes down anew what was cleared while its request was still coming: what it does, it does after that. */
  reopen(entry: Entry, clock: Clock): void
  /** More is known of an entry than that its request has come: who waits for it may look. */
  tell(): void
  /** Counts so many more bytes for an entry. */
  addBytes(entry: Entry, bytes: number): void
  /** Oldest first. */
  entries(): readonly Entry[]
  /** How many fell out since the start. */
  dropped(): number
  clear(): void
}

/** With all its fields from the start: objects of one shape are smaller and faster. */
function emptyEntry(number: number, clock: Clock, request: Came, headers: KeptHeaders): Entry {
  return {
    number,
    atMs: clock.now(),
    sinceMs: clock.elapsed(),
    method: request.method,
    url: request.url,
    headers,
    api: request.api,
    agent: request.agent,
    task: request.task,
    mode: undefined,
    text: undefined,
    body: undefined,
    tools: undefined,
    askAgain: undefined,
    script: undefined,
    nearMisses: undefined,
    refusal: undefined,
    unknownNames: undefined,
    run: undefined,
    eventsSent: undefined,
    chunksSent: 0,
    status: undefined,
    reply: undefined,
    end: undefined,
    tookMs: undefined,
    bytes: 0,
    dropped: false,
  }
}

/** What an entry takes besides its texts, about. */
const entryBytes = 500

export function makeJournal({ maxRequests, maxJournalBytes }: JournalLimits, tell: () => void): Journal {
  let entries: Entry[] = []
  let number = 0
  let bytes = 0
  let dropped = 0

  const dropOldest = () => {
    const oldest = entries.shift()!
    oldest.dropped = true
    bytes -= oldest.bytes
    dropped += 1
  }
  const addBytes = (entry: Entry, more: number) => {
    if (entry.dropped) return
    entry.bytes += more
    bytes += more
    while (bytes > maxJournalBytes && entries.length > 1) dropOldest()
  }

  const append = (entry: Entry) => {
    shareTexts(entry, entries.at(-1))
    entries.push(entry)
    while (entries.length > maxRequests) dropOldest()
  }

  return {
    open(clock, request) {
      number += 1
      const entry = emptyEntry(number, clock, request, keepHeaders(request.headers, entries.at(-1)?.headers))
      append(entry)
      addBytes(entry, entryBytes + request.url.length + sizeOf(entry.headers))
      return entry
    },
    reopen(entry, clock) {
      if (entry.number > 0) return
      number += 1
      const { bytes: before } = entry
      Object.assign(entry, { number, atMs: clock.now(), sinceMs: clock.elapsed(), bytes: 0, dropped: false })
      append(entry)
      addBytes(entry, before)
    },
    tell,
    addBytes,
    entries: () => entries,
    dropped: () => dropped,
    clear() {
      for (const entry of entries) {
        entry.dropped = true
        entry.number = 0
      }
      entries = []
      number = 0
      bytes = 0
      dropped = 0
      tell()
    },
  }
}

/** Clients ask the same agent again and again: the same text is kept once. */
function shareTexts(entry: Entry, before: Entry | undefined): void {
  if (!before) return
  if (entry.url === before.url) entry.url = before.url
  if (entry.agent === before.agent) entry.agent = before.agent
}

/** Writes down placeholders that lead nowhere, each once. */
export const noteIn = (entry: Entry) => (name: string) => {
  entry.unknownNames ??= []
  if (!entry.unknownNames.includes(name)) entry.unknownNames.push(name)
}
