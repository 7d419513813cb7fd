import { Problem } from '../problem.ts'
import { headOf } from '../task/task.ts'
import type { Lost } from '../workspace/lost.ts'
import type { Workspace } from '../workspace/workspace.ts'

/** Why a task is not there for this agent. Of other workspaces nothing is known, and so nothing told. */
export function unknownTask(workspace: Workspace, agent: string, id: string): Problem {
  const { tasks, journal, settings } = workspace
  const elsewhere = tasks.get(id)
  if (elsewhere)
    return new Problem('unknown_task', `Task ${id} was not found for agent "${agent}".`, {
      hint:
        elsewhere.opened.api === 'v3'
          ? `It is a response of /v3/router/responses, and is to be asked for there as ${headOf(elsewhere).ids.response}.`
          : `It belongs to agent "${elsewhere.agent}".`,
    })
  if (journal.entries().some(({ run }) => run?.taskId === id))
    return new Problem('unknown_task', `Task ${id} was not found: it had to go for a new one.`, {
      hint: `A workspace keeps ${settings.maxTasks} tasks; start the mock with a higher --max-tasks.`,
    })
  return taskNowhere(id, [workspace], workspace.lost())
}

/** A task that none of these workspaces has, with all that may be the reason. */
export function taskNowhere(id: string, workspaces: readonly Workspace[], lost: Lost): Problem {
  const dropped = workspaces.reduce((sum, { tasks }) => sum + tasks.dropped(), 0)
  const hint = [
    'A task belongs to one agent and one API key, and is gone after a reset or a restart.',
    ...(workspaces.some(({ resets }) => resets() > 0) ? ['There has been a reset since the mock started.'] : []),
    ...(dropped > 0 ? [`${dropped} had to go for new ones; keep more with a higher --max-tasks.`] : []),
    ...(lost.tasks > 0
      ? [`${lost.tasks} went with a dropped workspace; keep more with a higher --max-workspaces.`]
      : []),
  ]
  return new Problem('unknown_task', `Task ${id} was not found.`, { hint: hint.join(' ') })
}
