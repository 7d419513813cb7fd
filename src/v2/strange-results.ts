import type { ToolResultPart } from '../contract/parts.ts'
import { Problem } from '../problem.ts'
import type { Run } from '../run/run.ts'
import { didYouMean } from '../spelling.ts'
import type { Task } from '../task/task.ts'
import { mostRuns, type Workspace } from '../workspace/workspace.ts'

type Waiting = Task & { state: 'inactive' }

/** Results that no call of the task waits for, or that come twice: each kind in a sentence of its own. */
export function strangeResults(workspace: Workspace, task: Waiting, results: readonly ToolResultPart[]): Problem {
  const waiting = callsOf(task)
  const counts = countOf(results)
  const strange = [...counts.keys()].filter(id => !waiting.includes(id))
  const earlier = workspace.live(task.id)?.earlier ?? []
  const before = new Set(earlier.flatMap(callsIn))
  const twice = [...counts].flatMap(([id, count]) => (count > 1 ? id : []))
  const sentences = [
    ...sentence('Answered more than once in this request', twice),
    ...sentence(
      'Answered in an earlier turn of this task',
      strange.filter(id => before.has(id)),
    ),
    ...sentencesOnUnasked(
      workspace,
      task,
      strange.filter(id => !before.has(id)),
      earlier.length + 1 < mostRuns ? 'Asked by no turn of this task' : 'Asked by no turn of this task that is known',
    ),
  ]
  return new Problem('calls_unknown', sentences.join(' '), {
    hint: waiting.length > 0 ? `Waiting: ${named(waiting)}.` : 'The task waits for no tool call.',
  })
}

/** Results in a request that names no task. */
export function unaskedResults(workspace: Workspace, agent: string, results: readonly ToolResultPart[]): Problem {
  const ids = [...countOf(results).keys()]
  return new Problem('calls_unknown', `These tool results came without task_id: ${named(ids)}.`, {
    hint: whoWaits(tasksWaitingFor(workspace, ids), agent),
  })
}

function whoWaits(tasks: readonly Task[], agent: string): string {
  const own = tasks.filter(task => task.agent === agent).map(({ id }) => id)
  if (own.length > 0) return `Send it: ${named(own)} ${own.length === 1 ? 'waits' : 'wait'} for them.`
  const [other] = tasks
  if (other) return `Task ${other.id} of agent "${other.agent}" waits for them.`
  return 'No task of this API key waits for them; send the task_id that came with the calls.'
}

/** The latest first. */
function tasksWaitingFor(workspace: Workspace, ids: readonly string[]): Task[] {
  const waits = (task: Task) => {
    const waiting = new Set(task.state === 'inactive' ? callsOf(task) : [])
    return waiting.size >= ids.length && ids.every(id => waiting.has(id))
  }
  return workspace.tasks.all().filter(waits).reverse()
}

/** Of calls that this task has never made: which task did, or which call may be meant. */
function sentencesOnUnasked(workspace: Workspace, task: Waiting, ids: readonly string[], never: string): string[] {
  const askers = askersOf(workspace, task, new Set(ids.slice(0, mostNamed)))
  const byTask = [...new Set(askers.values())].flatMap(({ id, agent }) => {
    const whose = agent === task.agent ? '' : ` of agent "${agent}"`
    return sentence(
      `Asked by another task, ${id}${whose}`,
      ids.filter(call => askers.get(call)?.id === id),
    )
  })
  const unknown = ids.filter(call => !askers.has(call))
  const guess = unknown[0] === undefined ? '' : didYouMean(unknown[0].slice(0, longestNamed), callsOf(task))
  return [...byTask, ...sentence(never, unknown, guess)]
}

/** By call, the task of this workspace that has made it; of several, the latest. */
function askersOf(workspace: Workspace, self: Task, ids: ReadonlySet<string>): Map<string, Task> {
  const askers = new Map<string, Task>()
  if (ids.size === 0) return askers
  for (const task of workspace.tasks.all()) {
    const live = task.id === self.id ? undefined : workspace.live(task.id)
    if (!live) continue
    for (const call of [...live.earlier, live.run].flatMap(callsIn)) if (ids.has(call)) askers.set(call, task)
  }
  return askers
}

const callsOf = ({ turn }: Waiting): string[] => turn.calls.map(({ id }) => id)
const callsIn = ({ outcome }: Run): string[] => (outcome?.type === 'done' ? outcome.turn.calls.map(({ id }) => id) : [])

function countOf(results: readonly ToolResultPart[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { tool_call_id: id } of results) counts.set(id, (counts.get(id) ?? 0) + 1)
  return counts
}

const mostNamed = 10
const longestNamed = 100

/** Clients may send any number of ids of any length. */
function named(ids: readonly string[]): string {
  const told = ids.slice(0, mostNamed).map(id => (id.length > longestNamed ? `${id.slice(0, longestNamed)}…` : id))
  return told.join(', ') + (ids.length > mostNamed ? ` and ${ids.length - mostNamed} more` : '')
}

const sentence = (what: string, ids: readonly string[], guess = ''): string[] =>
  ids.length === 0 ? [] : [`${what}: ${named(ids)}${guess === '' ? '.' : guess}`]
