import type { Task } from '../task/task.ts'
import type { Workspace } from '../workspace/workspace.ts'

/** A task by id, if it is of this agent (a key without version) and of this API. */
export function findTask({ tasks }: Workspace, id: string, agent: string): Task | undefined {
  const task = tasks.find(id, agent)
  return task?.opened.api === 'v2' ? task : undefined
}
