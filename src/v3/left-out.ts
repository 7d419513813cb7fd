import type { Run } from '../run/run.ts'

/** What of a run this API has no words for, each kind once; undefined where it has told all. */
export function leftOut({ log }: Run): string[] | undefined {
  const found = new Set<string>()
  for (const event of log) {
    if (event.type === 'part') found.add(event.part.kind)
    if (event.type === 'review_requested') found.add(`review of ${event.call.name}`)
    if (event.type === 'message_started' && event.role !== 'agent') found.add(`message of role ${event.role}`)
  }
  return found.size > 0 ? [...found] : undefined
}
