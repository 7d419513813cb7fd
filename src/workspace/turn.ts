import { drawVeil, noVeil } from '../run/hold.ts'
import { drawUlid, TurnIds, type Ids } from '../run/ids.ts'
import { lookupIn } from '../run/lookup.ts'
import { drawUuid } from '../run/uuid.ts'
import type { Outcome } from '../run/events.ts'
import { startRun, type Run } from '../run/run.ts'
import type { Stage } from '../run/progress.ts'
import type { Ask } from '../criteria/ask.ts'
import type { Manner, Script, ScriptRef, Step } from '../script/script.ts'
import { charactersIn } from '../script/spoken.ts'
import { headOf, openTask, rootOf, type Task, type TurnHead } from '../task/task.ts'
import { randomOf } from './random.ts'
import type { TurnChance, Workspace } from './workspace.ts'

/** A request for a turn, as its API has read it. */
export interface Asked {
  ask: Ask
  /** The task that it moves on; undefined: it opens one. */
  task: Task | undefined
  /** What was played before, where it continues something. */
  last: ScriptRef | undefined
  /** As the client names it. */
  userMessageId: string | undefined
  /** Where responses are told apart: what is to be known of this one. */
  response: AskedResponse | undefined
}

interface AskedResponse {
  /** What it continues. */
  parent: Task | undefined
  /** What its replies repeat of the request. */
  echo: string
  /** Whether it can be asked for later. */
  stored: boolean
}

interface TurnOrder extends Asked {
  script: Script
  steps: readonly Step[]
  manner: Manner
  /** Hears of placeholders that lead nowhere. */
  note: (name: string) => void
}

/** Opens or continues a task and plays a script against it. */
export function startTurn(workspace: Workspace, order: TurnOrder): Run {
  const clock = workspace.clock()
  const chance = workspace.nextTurn()
  const ids: Ids = { clock, random: chance.ids }
  const { ask, script, manner } = order
  const taskId = order.task?.id ?? drawUlid(ids)
  const head = beginHead(ids, order)
  if (order.task) workspace.tasks.move(taskId, { type: 'continue', head })
  else workspace.tasks.add(openTask(taskId, ask.agent.key, head))
  if (order.response?.stored) workspace.tasks.name(taskId, head.ids.response)

  const { pace, hold } = workspace.settings
  // Polls may ask for it long after; the headers, and the key in them, are not kept that long.
  const named = script.polls.length > 0 ? { ...ask, headers: {}, body: undefined } : ask
  const scene = {
    ask: named,
    taskId: head.root ?? taskId,
    responseId: head.ids.response,
    clock,
    uuid: () => drawUuid(ids.random),
  }
  const lookup = (note: (name: string) => void) => lookupIn(scene, note)
  const stage: Stage = {
    head,
    clock,
    beganMs: clock.elapsed(),
    ids,
    chance: shares(chance),
    lookup: lookupIn({ ...scene, ask }, order.note),
    askedCharacters: charactersIn(ask.text),
    streamed: ask.mode === 'stream',
    log: [],
  }
  const veil = ask.mode === 'background' ? drawVeil(hold ?? manner.hold, clock) : noVeil
  const run = startRun(taskId, pace ? { ...manner, pace } : manner, order.steps, stage, outcome =>
    endTurn(workspace, taskId, outcome),
  )
  workspace.begin(run, veil, script.polls, lookup)
  return run
}

function beginHead(ids: Ids, { ask, script, manner, response, userMessageId }: TurnOrder): TurnHead {
  const before = response?.parent
  return {
    api: ask.api,
    previous: before && headOf(before).ids.response,
    root: before && rootOf(before),
    echo: response?.echo,
    ids: new TurnIds(ids),
    startedAtMs: ids.clock.now(),
    model: manner.model,
    userMessageId,
    script,
  }
}

/** From 0 to 1; made when the first pause wants one. */
function shares({ seed, stream }: TurnChance): () => number {
  let random: (() => number) | undefined
  return () => (random ??= randomOf(seed, stream))() / 2 ** 32
}

function endTurn({ tasks }: Workspace, taskId: string, outcome: Outcome): void {
  switch (outcome.type) {
    case 'done':
      tasks.move(taskId, { type: 'finish', turn: outcome.turn })
      if (outcome.turn.head.echo !== undefined) for (const { id } of outcome.turn.calls) tasks.name(taskId, id)
      return
    case 'failed':
      return void tasks.move(taskId, { type: 'fail', turn: outcome.turn, failure: outcome.failure })
    case 'aborted':
  }
}
