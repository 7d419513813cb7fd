import { drawVeil, noVeil } from '../run/hold.ts'
import { makeIds } from '../run/ids.ts'
import { lookupIn } from '../run/lookup.ts'
import type { Outcome } from '../run/events.ts'
import { startRun, type Run } from '../run/run.ts'
import { charactersIn } from '../run/usage.ts'
import type { Ask } from '../script/ask.ts'
import type { Script, Step } from '../script/script.ts'
import { openTask, type Task, type TurnHead } from '../task/task.ts'
import type { Workspace } from './workspace.ts'

interface TurnOrder {
  script: Script
  steps: readonly Step[]
  ask: Ask
  /** The task to continue; without, a new one is opened. */
  task: Task | undefined
  userMessageId: string | undefined
  /** Hears of placeholders that lead nowhere. */
  note: (name: string) => void
}

/** Opens or continues a task and plays a script against it. */
export function startTurn(workspace: Workspace, order: TurnOrder): Run {
  const clock = workspace.clock()
  const chance = workspace.nextTurn()
  const ids = makeIds(clock, chance.ids)
  const { ask, script } = order
  const taskId = order.task?.id ?? ids.ulid()
  const head: TurnHead = {
    responseId: `resp_${ids.ulid()}`,
    startedAtMs: clock.now(),
    model: script.model,
    messageId: ids.ulid(),
    userMessageId: order.userMessageId ?? ids.ulid(),
    workflowRunId: ids.ulid(),
    traceId: ids.hex(32),
    spanId: ids.hex(16),
    script: { name: script.name, source: script.source },
  }
  if (order.task) workspace.tasks.move(taskId, { type: 'continue', head })
  else workspace.tasks.add(openTask({ id: taskId, agent: ask.agent.key, createdAtMs: head.startedAtMs }, head))

  const veil = ask.mode === 'background' ? drawVeil(workspace.settings.hold ?? script.hold, clock) : noVeil
  const played = workspace.settings.pace ? { ...script, pace: workspace.settings.pace } : script
  const stage = {
    head,
    clock,
    ids,
    random: chance.jitter,
    lookup: lookupIn(ask, taskId, clock, order.note),
    askedCharacters: charactersIn(ask.text),
    streamed: ask.mode === 'stream',
  }
  const run = startRun(taskId, played, order.steps, stage, outcome => endTurn(workspace, taskId, outcome))
  workspace.begin(run, veil, [...script.polls])
  return run
}

function endTurn({ tasks }: Workspace, taskId: string, outcome: Outcome): void {
  switch (outcome.kind) {
    case 'finished':
      return void tasks.move(taskId, { type: 'finish', turn: outcome.turn })
    case 'failed':
      return void tasks.move(taskId, { type: 'fail', turn: outcome.turn, failure: outcome.failure })
    case 'aborted':
  }
}
