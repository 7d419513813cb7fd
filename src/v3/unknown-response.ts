import { Problem } from '../problem.ts'
import { headOf } from '../task/task.ts'
import type { Workspace } from '../workspace/workspace.ts'

/** Why a response is not there. Of other workspaces nothing is known, and so nothing told. */
export function unknownResponse(
  workspace: Workspace,
  id: string,
  code: 'unknown_response' | 'unknown_previous',
): Problem {
  return new Problem(code, `Response ${id.slice(0, longest)} was not found.`, { hint: reasonFor(workspace, id) })
}

const longest = 100

function reasonFor({ tasks, journal, settings, resets, lost }: Workspace, id: string): string {
  const task = tasks.all().find(one => headOf(one).ids.response === id)
  if (task && headOf(task).api === 'v2')
    return `It is a turn of task ${task.id}, which was asked for below /v2/agents and is to be found there.`
  if (task) return 'It was asked for with "store": false.'
  const kept = `A workspace keeps ${settings.maxTasks} responses and tasks; keep more with a higher --max-tasks.`
  if (journal.entries().some(({ run }) => run?.head.ids.response === id)) return `It had to go for a new one. ${kept}`
  return [
    'A response belongs to one API key, and is gone after a reset or a restart.',
    ...(resets() > 0 ? ['There has been a reset since the mock started.'] : []),
    ...(tasks.dropped() > 0 ? [`${tasks.dropped()} had to go for new ones. ${kept}`] : []),
    ...(lost().tasks > 0
      ? [`${lost().tasks} went with a dropped workspace; keep more with a higher --max-workspaces.`]
      : []),
  ].join(' ')
}
