import { Type, type Static } from '@sinclair/typebox'
import { composed } from '../script/json-of.ts'
import type { RunEvent } from '../run/events.ts'
import type { Run } from '../run/run.ts'
import type { Turn } from '../task/task.ts'
import { estimateOf } from '../task/usage.ts'
import { isoTime } from '../iso-time.ts'
import { Time } from './context.ts'

export const TimelineEvent = Type.Object(
  { at: Time, offset_ms: Type.Number({ description: 'Since the run began.' }), type: Type.String() },
  {
    additionalProperties: true,
    title: 'TimelineEvent',
    description: 'Something that happened in a run, with what belongs to it.',
  },
)
type TimelineEvent = Static<typeof TimelineEvent> & Record<string, unknown>

/** How many chunks of a part are shown each on its own; the rest come together, so that a long text can be read at all. */
const mostChunks = 1024

/** The first events of a run and as many chunks of the one after them, or all so far. */
export function* viewEvents(run: Run, events = run.log.length, chunks = 0): Generator<TimelineEvent, void> {
  const fromMs = run.head.startedAtMs
  for (const event of run.log.slice(0, events)) {
    if (event.type === 'chunks') yield* viewChunks(event, event.to, fromMs)
    else yield composed({ ...timeOf(event, fromMs), type: event.type, ...detailsOf(event) })
  }
  const next = run.log[events]
  if (next?.type === 'chunks' && chunks > 0) yield* viewChunks(next, next.from + chunks, fromMs)
}

const timeOf = ({ afterMs }: RunEvent, fromMs: number) => ({ at: isoTime(fromMs + afterMs), offset_ms: afterMs })

type ChunksEvent = Extract<RunEvent, { type: 'chunks' }>

/** Each on its own, as a stream tells them, up to a limit. */
function* viewChunks(event: ChunksEvent, to: number, fromMs: number): Generator<TimelineEvent, void> {
  const { partId, kind, chunks, from } = event
  const at = timeOf(event, fromMs)
  for (let index = from; index < Math.min(to, mostChunks); index += 1) {
    const chunk = chunks.at(index)
    if (!chunk) return
    yield { ...at, type: 'chunk', part_id: partId, kind, text: chunk.text }
  }
  const rest = to > mostChunks ? chunks.join(Math.max(from, mostChunks), to) : ''
  if (rest !== '') yield { ...at, type: 'chunks', part_id: partId, kind, text: rest }
}

function detailsOf(event: Exclude<RunEvent, ChunksEvent>): object {
  if (event.type === 'spoken') return { part_id: event.partId, kind: event.kind, text: event.spoken.text }
  if (event.type === 'piece' || event.type === 'part') return { part_id: event.partId, part: event.part }
  if (event.type === 'done')
    return { finish: event.turn.finish, usage: usageOf(event.turn), calls: composed(event.turn.calls) }
  if (event.type === 'failed') return { failure: event.failure }
  const { afterMs: _after, type: _type, ...details } = event
  return details
}

/** In the words of fixtures. */
function usageOf(turn: Turn): Turn['usage'] {
  if (turn.usage !== undefined) return turn.usage
  const { input, output, total } = estimateOf(turn)
  return { prompt_tokens: input, completion_tokens: output, total_tokens: total }
}
