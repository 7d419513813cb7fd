import type { RequestPart, ToolResultPart } from '../contract/parts.ts'
import type { ResponseRequest } from '../contract/request.ts'
import { Problem } from '../problem.ts'
import type { Task } from '../task/task.ts'
import { veilOf, type Workspace } from '../workspace/workspace.ts'
import { badBody, type Misfit } from '../http/bad-body.ts'
import { findTask } from './find-task.ts'
import { strangeResults, unaskedResults } from './strange-results.ts'
import { unknownTask } from '../http/unknown-task.ts'

/**
 * The task that a request continues; undefined for a request that opens one. Throws the refusals of the API: the texts
 * about a running task and about unanswered calls are its own, the others are ours.
 */
export function taskToContinue(
  workspace: Workspace,
  agent: string,
  { task_id: id, message }: ResponseRequest,
): Task | undefined {
  checkRole(message)
  const results = message.parts.filter(isResult)
  if (id === undefined) {
    if (results.length > 0) throw unaskedResults(workspace, agent, results)
    return undefined
  }
  const task = findTask(workspace, id, agent)
  if (!task) throw unknownTask(workspace, agent, id)
  if (task.state === 'in_progress' || veilOf(workspace.live(id)).up())
    throw new Problem('task_running', 'Agent execution is in progress')
  if (task.state === 'errored')
    throw new Problem('task_errored', `Task ${id} has failed and cannot be continued.`, {
      hint: 'Leave out task_id to open a new task.',
    })
  if (results.length > 0 || task.turn.calls.length > 0) checkAnswers(workspace, task, results)
  return task
}

const isResult = (part: RequestPart): part is ToolResultPart => part.kind === 'tool_result'

function checkRole({ role, parts }: ResponseRequest['message']): void {
  if (role !== 'tool' || parts.every(isResult)) return
  const misfits: Misfit[] = []
  for (const [index, part] of parts.entries())
    if (!isResult(part))
      misfits.push({
        place: `message.parts[${index}].kind`,
        message: `must be tool_result, because message.role is tool; found ${part.kind}`,
      })
  throw badBody(misfits)
}

function checkAnswers(workspace: Workspace, task: Task & { state: 'inactive' }, results: ToolResultPart[]): void {
  const waiting = task.turn.calls.map(({ id }) => id)
  const answered = new Set(results.map(result => result.tool_call_id))
  const asked = new Set(waiting)
  if (answered.size < results.length || [...answered].some(id => !asked.has(id)))
    throw strangeResults(workspace, task, results)
  const missing = waiting.filter(id => !answered.has(id))
  if (missing.length === 0) return
  throw new Problem(
    'calls_unanswered',
    `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${missing.join(', ')}`,
    { hint: 'Answer every pending tool call with a tool_result part, all in one request.' },
  )
}
