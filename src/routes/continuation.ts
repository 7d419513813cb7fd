import type { RequestPart, ToolResultPart } from '../contract/parts.ts'
import type { ResponseRequest } from '../contract/request.ts'
import { Problem } from '../problem.ts'
import type { Task } from '../task/task.ts'
import type { Lost } from '../workspace/lost.ts'
import { veilOf, type Workspace } from '../workspace/workspace.ts'

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
  if (id === undefined) return refuseResults(results)
  const task = workspace.tasks.find(id, agent)
  if (!task) throw unknownTask(id, [workspace], workspace.lost())
  if (task.state === 'in_progress' || veilOf(workspace.live(id)).up())
    throw new Problem('task_running', 'Agent execution is in progress')
  if (task.state === 'errored')
    throw new Problem('task_errored', `Task ${id} has failed and cannot be continued.`, {
      hint: 'Leave out task_id to open a new task.',
    })
  checkAnswers(
    task.turn.calls.map(call => call.id),
    results,
  )
  return task
}

export function unknownTask(id: string, workspaces: readonly Workspace[], lost: Lost): Problem {
  return new Problem('unknown_task', `Task ${id} was not found.`, {
    hint: `A task belongs to one agent and one API key, and is gone after a reset or a restart.${droppedTasks(workspaces, lost)}`,
  })
}

/** A limit may be why it is not there. */
function droppedTasks(workspaces: readonly Workspace[], lost: Lost): string {
  const dropped = workspaces.reduce((sum, { tasks }) => sum + tasks.dropped(), 0)
  return [
    dropped > 0 ? ` ${dropped} had to go for new ones; keep more with a higher --max-tasks.` : '',
    lost.tasks > 0 ? ` ${lost.tasks} went with a dropped workspace; keep more with a higher --max-workspaces.` : '',
  ].join('')
}

const isResult = (part: RequestPart): part is ToolResultPart => part.kind === 'tool_result'

function checkRole({ role, parts }: ResponseRequest['message']): void {
  if (role !== 'tool') return
  const index = parts.findIndex(part => !isResult(part))
  if (index < 0) return
  throw new Problem(
    'bad_body',
    `message.parts[${index}].kind must be tool_result, because message.role is tool; found ${parts[index]!.kind}`,
  )
}

function refuseResults(results: ToolResultPart[]): undefined {
  if (results.length === 0) return undefined
  throw new Problem('calls_unknown', `No task is waiting for these tool results: ${idsOf(results)}.`, {
    hint: 'Send task_id with the results of its tool calls.',
  })
}

function checkAnswers(waiting: string[], results: ToolResultPart[]): void {
  const strange = results.filter(
    (result, index) => !waiting.includes(result.tool_call_id) || idIndex(results, result.tool_call_id) < index,
  )
  if (strange.length > 0) {
    throw new Problem('calls_unknown', `No tool call is waiting for these results: ${idsOf(strange)}.`, {
      hint: waiting.length > 0 ? `Waiting: ${waiting.join(', ')}.` : 'The task waits for no tool call.',
    })
  }
  const missing = waiting.filter(id => idIndex(results, id) < 0)
  if (missing.length === 0) return
  throw new Problem(
    'calls_unanswered',
    `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${missing.join(', ')}`,
    { hint: 'Answer every pending tool call with a tool_result part, all in one request.' },
  )
}

const idIndex = (results: ToolResultPart[], id: string) => results.findIndex(result => result.tool_call_id === id)
const idsOf = (results: ToolResultPart[]) => results.map(result => result.tool_call_id).join(', ')
