import { Type, type Static } from '@sinclair/typebox'
import { Choice } from '../contract/kinds.ts'
import { composed, rawJson } from '../script/json-of.ts'
import type { Home } from '../workspace/home.ts'
import { isUnmatched, type Entry } from '../workspace/journal.ts'
import { leftOut } from '../v3/left-out.ts'
import { shownHeaders } from '../workspace/kept-headers.ts'
import { isoTime } from '../iso-time.ts'
import { Fingerprint, Time } from './context.ts'
import { TimelineEvent, viewEvents } from './timeline-view.ts'

export const JournalEntry = Type.Object(
  {
    number: Type.Integer({ description: 'Counts from 1 in each workspace, and among requests without one.' }),
    workspace: Type.Optional(
      Type.String({ ...Fingerprint, description: `${Fingerprint.description} Absent where it has none.` }),
    ),
    at: Time,
    method: Type.String(),
    url: Type.String(),
    api: Type.Optional(Choice(['v2', 'v3'], { description: 'Whose route it asked for.' })),
    headers: Type.Record(Type.String(), Type.String(), {
      description: 'Those of an allow-list; `(hidden)` where the value looks like a key.',
    }),
    agent: Type.Optional(Type.String()),
    task: Type.Optional(Type.String()),
    mode: Type.Optional(Choice(['sync', 'background', 'stream'])),
    body: Type.Optional(Type.String({ description: 'As it was sent.' })),
    script: Type.Optional(Type.String()),
    place: Type.Optional(Type.String({ description: 'File and line of the script.' })),
    unmatched: Type.Boolean({ description: 'It reached no script, no route or, without a valid key, no workspace.' }),
    near_misses: Type.Optional(Type.Array(Type.Unknown(), { description: 'Why no script matched.' })),
    left_out: Type.Optional(
      Type.Array(Type.String(), { description: 'What the script has and this API has no words for.' }),
    ),
    unknown_names: Type.Optional(Type.Array(Type.String(), { description: 'Placeholders that led nowhere.' })),
    usage_estimated: Type.Optional(Type.Boolean()),
    status: Type.Optional(Type.Integer()),
    reply: Type.Optional(Type.Unknown({ description: 'The body of the reply.' })),
    events: Type.Optional(Type.Array(TimelineEvent, { description: 'What a stream told.' })),
    end: Choice(['completed', 'client_left', 'cut', 'refused', 'running']),
    took_ms: Type.Optional(Type.Number()),
  },
  { title: 'JournalEntry', description: 'A request of the emulated API, and what came of it.' },
)
export type JournalEntry = Static<typeof JournalEntry>

/** How an entry looks to a reader. Made when asked. */
export function viewEntry(home: Home, entry: Entry): JournalEntry {
  const events = eventsOf(entry)
  const { json, text } = replyOf(entry)
  const reply = json === undefined ? text : (JSON.parse(json) as unknown)
  return view(home, entry, { reply, events: events && [...events] }) as JournalEntry
}

/** The same to be sent: events come one by one, and what is JSON already is not read to be written again. */
export function entryToSend(home: Home, entry: Entry): object {
  const { json, text } = replyOf(entry)
  return composed(view(home, entry, { reply: json === undefined ? text : rawJson(json), events: eventsOf(entry) }))
}

function view({ fingerprint }: Home, entry: Entry, { reply, events }: { reply: unknown; events: unknown }): object {
  const { number, method, url, api, agent, task, mode, body, script, status, run } = entry
  return defined({
    number,
    workspace: fingerprint,
    at: isoTime(entry.atMs),
    method,
    url,
    api,
    headers: shownHeaders(entry.headers),
    agent,
    task,
    mode,
    body,
    script: script?.name,
    place: script?.place,
    unmatched: isUnmatched(entry),
    near_misses: entry.nearMisses,
    left_out: api === 'v3' && run ? leftOut(run) : undefined,
    unknown_names: entry.unknownNames,
    usage_estimated: run?.manner && run.manner.usage === undefined,
    status,
    reply,
    events,
    end: endOf(entry),
    took_ms: entry.tookMs,
  })
}

const eventsOf = ({ mode, run, eventsSent, chunksSent }: Entry) =>
  mode === 'stream' && run ? viewEvents(run, eventsSent, chunksSent) : undefined

/** A background task runs on when its POST has long been answered, and a stream or a waiting POST has no end yet. */
function endOf({ end, run, tookMs }: Entry): JournalEntry['end'] {
  if (end === undefined || (tookMs === undefined && end !== 'cut')) return end ?? 'running'
  return run && !run.outcome && end === 'completed' ? 'running' : end
}

/** A reply that is no JSON is shown as the text it is. */
function replyOf(entry: Entry): { json?: string; text?: string } {
  const { reply } = entry
  if (reply === undefined) return {}
  if (typeof reply === 'function') return { json: reply(entry) }
  try {
    JSON.parse(reply)
    return { json: reply }
  } catch {
    return { text: reply }
  }
}

function defined(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined))
}
