import type { RouterRequest } from '../contract/v3/request.ts'
import { readResult, type Answer } from '../criteria/ask.ts'
import { Problem } from '../problem.ts'
import { headOf, type Task, type ToolCall } from '../task/task.ts'
import { veilOf, type Workspace } from '../workspace/workspace.ts'
import type { Input, Result } from './input.ts'
import { unknownResponse } from './unknown-response.ts'

/** What a response continues, and what the client's tools gave back for the calls of that. */
interface Continuation {
  parent: Task | undefined
  answers: Answer[]
}

/**
 * The response that a request continues: the youngest that it names, by `previous_response_id` or by the results of the
 * calls that it made. Throws a Problem where there is none, or where it cannot be continued so.
 */
export function continuationOf(workspace: Workspace, body: RouterRequest, input: Input): Continuation {
  const parent = parentOf(workspace, body.previous_response_id, input)
  const waiting = parent ? waitingCalls(workspace, parent) : []
  const tools = new Map([...input.tools, ...waiting.map(({ id, name }) => [id, name] as const)])
  const isWaiting = ({ callId }: Result) => waiting.some(({ id }) => id === callId)
  const results = [...input.earlier.filter(isWaiting), ...input.results]
  demandAnswers(waiting, results)
  demandCalls(tools, results)
  const answers = results.map(({ callId, output }) => ({
    tool: tools.get(callId) ?? '',
    callId,
    result: readResult(output),
  }))
  return { parent, answers }
}

function parentOf(workspace: Workspace, previous: string | undefined, { results }: Input): Task | undefined {
  const { tasks } = workspace
  const named = previous === undefined ? undefined : tasks.named([previous])
  if (previous !== undefined && (!named || headOf(named).ids.response !== previous))
    throw unknownResponse(workspace, previous, 'unknown_previous')
  const calls = results.map(({ callId }) => callId)
  // A fixture may give one id to many calls: then the response that is named is meant.
  if (named && calls.every(id => callsOf(named).some(call => call.id === id))) return named
  return tasks.named([...(previous === undefined ? [] : [previous]), ...calls])
}

const callsOf = (task: Task): readonly ToolCall[] => (task.state === 'inactive' ? task.turn.calls : [])

/** Each that continues a response answers its calls anew. */
function waitingCalls(workspace: Workspace, parent: Task): readonly ToolCall[] {
  const id = headOf(parent).ids.response
  if (parent.state === 'in_progress' || veilOf(workspace.live(parent.id)).up())
    throw new Problem('task_running', `Response ${id} is still in progress.`, { hint: 'Continue it when it is done.' })
  if (parent.state === 'errored')
    throw new Problem('task_errored', `Response ${id} has failed and cannot be continued.`, {
      hint: 'Continue the response before it, or send no previous_response_id.',
    })
  return parent.turn.calls
}

function demandAnswers(waiting: readonly ToolCall[], results: readonly Result[]): void {
  const missing = waiting.filter(({ id }) => results.every(({ callId }) => callId !== id))
  if (missing.length === 0) return
  const sentences = missing.map(({ id }) => `No tool output found for function call ${id}.`)
  throw new Problem('calls_unanswered', sentences.join(' '), {
    hint: 'Answer every call of the response with a function_call_output, all in one request.',
  })
}

function demandCalls(tools: ReadonlyMap<string, string>, results: readonly Result[]): void {
  const unknown = results.filter(({ callId }) => !tools.has(callId))
  const twice = results.filter(({ callId }, index) => results.findIndex(one => one.callId === callId) < index)
  if (unknown.length + twice.length === 0) return
  const sentences = [
    ...unknown.map(({ callId }) => `No tool call found for function call output with call_id ${callId}.`),
    ...twice.map(({ callId }) => `The call ${callId} is answered more than once.`),
  ]
  throw new Problem('calls_unknown', sentences.slice(0, mostSentences).join(' '), {
    hint: 'Send previous_response_id, or the function_call beside its output.',
  })
}

const mostSentences = 10
