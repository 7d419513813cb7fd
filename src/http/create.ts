import type { FastifyReply, FastifyRequest } from 'fastify'
import { echo } from '../matching/echo.ts'
import { matchScript } from '../matching/match.ts'
import { nearMisses, summarize } from '../matching/near-miss.ts'
import { suggestFixture } from '../matching/suggestion.ts'
import { Problem } from '../problem.ts'
import { lookupIn, type Scene } from '../run/lookup.ts'
import { drawUuid } from '../run/uuid.ts'
import type { Script } from '../script/script.ts'
import { rootOf } from '../task/task.ts'
import { whoseAttempts } from '../workspace/attempts.ts'
import { noteIn, type Entry } from '../workspace/journal.ts'
import { startTurn, type Asked } from '../workspace/turn.ts'
import type { Workspace } from '../workspace/workspace.ts'
import { deliver, demandPlace, type DeliverySettings } from './deliver.ts'
import { sendAnswer } from './http-answer.ts'
import { outcomeOf } from './tell.ts'
import type { Wire } from './wire.ts'

export interface CreateSettings extends DeliverySettings {
  unmatched: 'error' | 'echo'
}

/** A request's way, once through: script, attempt, run, delivery. */
export function create(
  request: FastifyRequest,
  reply: FastifyReply,
  asked: Asked,
  settings: CreateSettings,
  wire: Wire,
): void {
  const { workspace, entry } = request
  const { ask, task } = asked
  entry.mode = ask.mode
  entry.text = ask.text
  entry.askAgain = wire.askAgain
  if (ask.answers.length > 0) entry.tools = ask.answers.map(({ tool }) => tool)
  if (task) entry.task = task.id
  demandPlace(ask.mode, settings)
  const script = findScript(workspace, asked, entry, settings)
  const attempt = workspace.attempts.peek(script, whoseAttempts(ask, script.attemptsBy, conversationOf(asked) ?? ''))
  // Before anything is counted: a request that finds no room moves nothing.
  if (!task && attempt.kind === 'play') workspace.tasks.demandPlace()
  entry.script = script
  workspace.win(script)
  settings.totals.play(script)
  workspace.rates.take(script, workspace.clock())
  reply.split = script.split
  workspace.journal.tell()
  const note = noteIn(entry)
  if (attempt.kind === 'http') {
    countAttempt(workspace, script, asked, conversationOf(asked))
    const lookup = lookupIn(sceneOf(workspace, asked), note)
    return sendAnswer(request, reply, attempt.answer, lookup, wire, 'create')
  }
  const run = startTurn(workspace, { ...asked, ...attempt, script, note })
  countAttempt(workspace, script, asked, run.head.root ?? run.taskId)
  entry.run = run
  entry.task = run.taskId
  deliver(run, ask.mode, request, reply, settings, wire)
}

/** Where a task counts, a request that opens none counts nowhere. */
function countAttempt(workspace: Workspace, script: Script, { ask }: Asked, taskId: string | undefined): void {
  if (script.attemptsBy === 'task' && taskId === undefined) return
  workspace.attempts.take(script, whoseAttempts(ask, script.attemptsBy, taskId ?? ''))
}

/** The task that the conversation began with, where the request is not its beginning. */
function conversationOf({ task, response }: Asked): string | undefined {
  const before = task ?? response?.parent
  return before && rootOf(before)
}

/** Of a request that is no turn. */
const sceneOf = (workspace: Workspace, asked: Asked): Scene => ({
  ask: asked.ask,
  taskId: conversationOf(asked) ?? '',
  responseId: undefined,
  clock: workspace.clock(),
  uuid: () => drawUuid(workspace.nextTurn().ids),
})

/** Throws a Problem that says what came near. */
function findScript(workspace: Workspace, { ask, last }: Asked, entry: Entry, settings: CreateSettings): Script {
  const libraries = workspace.libraries()
  const script = matchScript(libraries, ask, last)
  if (script) return script
  // Made at once: to make it later, the request would have to be kept, and the key with it.
  const near = nearMisses(libraries, ask, last)
  entry.nearMisses = near
  workspace.journal.addBytes(entry, JSON.stringify(near).length)
  settings.totals.miss(outcomeOf(entry))
  if (settings.unmatched === 'echo') return echo
  throw new Problem('no_match', `No script matches this request to "${ask.agent.full}".`, {
    hint: summarize(near) + lostFixtures(workspace),
    extra: { near_misses: near, suggestion: suggestFixture(libraries, ask, last) },
  })
}

/** Why scripts that a test has put are not among those that came near. */
const lostFixtures = (workspace: Workspace): string =>
  workspace.lost().overlays > 0
    ? ' Fixtures that were put for this key are gone: its workspace was dropped for a new one (--max-workspaces); put them again.'
    : ''
