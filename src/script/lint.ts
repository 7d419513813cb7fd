import type { Fault, Path } from './fault.ts'
import { contains } from './contains.ts'
import { didYouMean } from './spelling.ts'
import { stepLists } from './step-lists.ts'
import type { FixtureFile, ScriptShape } from './shape.ts'
import type { StepShape } from './step-shape.ts'

/** What is wrong with a fixture beyond its shape: the mistakes that make a script do nothing, or another thing than it says. */
export function lint(fixture: FixtureFile, toolsCalled: ReadonlySet<string>): Fault[] {
  const { scripts } = fixture
  const names = scripts.map(script => script.name)
  return scripts.flatMap((script, index) => [
    ...lintContent(script, ['scripts', index]),
    ...lintName(names, index),
    ...lintAfter(script, names, ['scripts', index]),
    ...lintReach(scripts, index),
    ...lintToolResults(script, toolsCalled, ['scripts', index]),
    ...stepLists(script, ['scripts', index]).flatMap(({ steps, path }) => lintSteps(steps, path)),
  ])
}

function lintContent(script: ScriptShape, path: Path): Fault[] {
  const given = (['steps', 'attempts', 'http'] as const).filter(key => script[key] !== undefined)
  if (given.length === 0) return [{ path, message: 'needs one of steps, attempts, http' }]
  if (given.length === 1) return []
  return [
    { path: [...path, given[1]!], atKey: true, message: `has ${given.join(' and ')}: one of them says what happens` },
  ]
}

function lintName(names: string[], index: number): Fault[] {
  const name = names[index]!
  return names.indexOf(name) === index
    ? []
    : [{ path: ['scripts', index, 'name'], message: `there is a script "${name}" in this file already` }]
}

const afterOf = (script: ScriptShape): string[] => (script.after === undefined ? [] : [script.after].flat())

function lintAfter(script: ScriptShape, names: string[], path: Path): Fault[] {
  return afterOf(script).flatMap((name, index) =>
    names.includes(name)
      ? []
      : {
          path: [...path, 'after', ...(Array.isArray(script.after) ? [index] : [])],
          message: `no script "${name}" in this file${didYouMean(name, names)}`,
        },
  )
}

function lintReach(scripts: ScriptShape[], index: number): Fault[] {
  const script = scripts[index]!
  const fault = (key: string, message: string): Fault[] => [{ path: ['scripts', index, key], atKey: true, message }]
  const shadow = scripts.slice(0, index).find(earlier => shadows(earlier, script))
  if (shadow)
    return fault(
      'name',
      `can never be reached: "${shadow.name}" stands before it and takes every request that would match`,
    )
  if (
    script.after !== undefined &&
    !startable(scripts).has(script.name) &&
    afterOf(script).every(name => scripts.some(other => other.name === name))
  )
    return fault('after', 'can never be reached: no task ever has such a last script and can be continued')
  return []
}

/** Whether every request that `later` would win is won by `earlier`. */
function shadows(earlier: ScriptShape, later: ScriptShape): boolean {
  const [before, after] = [afterOf(earlier), afterOf(later)]
  const sameTier = after.length === 0 ? before.length === 0 : after.every(name => before.includes(name))
  if (!sameTier || earlier.name === later.name) return false
  return (
    earlier.when === undefined ||
    (later.when !== undefined && contains(later.when, earlier.when) && contains(earlier.when, later.when))
  )
}

/** The scripts that some sequence of requests leads to. */
function startable(scripts: ScriptShape[]): Set<string> {
  const reached = new Set<string>()
  for (let size = -1; size < reached.size;) {
    size = reached.size
    for (const script of scripts)
      if (
        script.after === undefined ||
        afterOf(script).some(
          name => reached.has(name) && scripts.some(other => other.name === name && continuable(other)),
        )
      )
        reached.add(script.name)
  }
  return reached
}

/** Whether a task can be continued after this script: an HTTP answer moves no task, and a failed task stays failed. */
function continuable(script: ScriptShape): boolean {
  const lists =
    script.attempts?.flatMap(attempt => ('steps' in attempt ? [attempt.steps] : [])) ??
    (script.steps ? [script.steps] : [])
  return lists.some(steps => !steps.some(step => 'fail' in step))
}

function lintToolResults({ when }: ScriptShape, toolsCalled: ReadonlySet<string>, path: Path): Fault[] {
  const wanted = when?.tool_result
  if (wanted === undefined) return []
  const below = [...path, 'when', 'tool_result']
  const tools = typeof wanted === 'string' ? [wanted] : Object.keys(wanted)
  return tools
    .filter(tool => !toolsCalled.has(tool))
    .map(tool => ({
      path: typeof wanted === 'string' ? below : [...below, tool],
      atKey: typeof wanted !== 'string',
      message: `no script calls a tool "${tool}"${didYouMean(tool, [...toolsCalled])}`,
    }))
}

function lintSteps(steps: readonly StepShape[], path: Path): Fault[] {
  const end = steps.findIndex(
    (step, index) => endsTurn(step) && !('call' in step && 'call' in (steps[index + 1] ?? {})),
  )
  const late: Fault[] =
    end >= 0 && end < steps.length - 1
      ? [
          {
            path: [...path, end + 1],
            message: `comes after the turn has ended: "${nameOf(steps[end]!)}" is the last step there can be`,
          },
        ]
      : []
  return [...late, ...sameIds(steps, path), ...steps.flatMap((step, index) => lintTool(step, [...path, index]))]
}

function endsTurn(step: StepShape): boolean {
  if ('review' in step) return step.outcome !== 'rejected' && (step.approved ?? []).some(endsTurn)
  return 'call' in step || 'fail' in step || 'finish' in step
}

const nameOf = (step: StepShape): string =>
  Object.keys(step).find(key => ['call', 'fail', 'finish', 'review'].includes(key)) ?? ''

function sameIds(steps: readonly StepShape[], path: Path): Fault[] {
  const ids = steps.map(step => ('call' in step ? step.id : undefined))
  return ids.flatMap((id, index) =>
    id !== undefined && ids.indexOf(id) < index
      ? { path: [...path, index, 'id'], message: `another call that waits with this one has the id "${id}"` }
      : [],
  )
}

function lintTool(step: StepShape, path: Path): Fault[] {
  if (!('tool' in step) || step.error === undefined || step.result === undefined) return []
  return [{ path: [...path, 'error'], atKey: true, message: 'a tool gives back a result or an error, not both' }]
}
