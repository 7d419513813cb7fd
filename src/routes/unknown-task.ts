import { Problem } from '../problem.ts'
import type { Workspace } from '../workspace/workspace.ts'

/** Why a task is not there for this agent. Of other workspaces nothing is known, and so nothing told. */
export function unknownTask(workspace: Workspace, agent: string, id: string): Problem {
  const { tasks, journal, settings } = workspace
  const elsewhere = tasks.get(id)
  if (elsewhere)
    return new Problem('unknown_task', `Task ${id} was not found for agent "${agent}".`, {
      hint: `It belongs to agent "${elsewhere.agent}".`,
    })
  if (journal.entries().some(({ run }) => run?.taskId === id))
    return new Problem('unknown_task', `Task ${id} was not found: it had to go for a new one.`, {
      hint: `A workspace keeps ${settings.maxTasks} tasks; start the mock with a higher --max-tasks.`,
    })
  return new Problem('unknown_task', `Task ${id} was not found.`, { hint: whatMayBe(workspace) })
}

function whatMayBe({ tasks, resets }: Workspace): string {
  const dropped = tasks.dropped()
  return [
    'A task belongs to one agent and one API key, and is gone after a reset or a restart.',
    ...(resets() > 0 ? ['This workspace has been reset since the mock started.'] : []),
    ...(dropped > 0 ? [`In this workspace, ${dropped} had to go for new ones (--max-tasks).`] : []),
  ].join(' ')
}
