import type { Fault, Path } from './fault.ts'
import { contains } from './contains.ts'
import { didYouMean } from './spelling.ts'
import { lintHttp } from './lint-http.ts'
import { lintIdle } from './lint-idle.ts'
import { lintSteps, waysOf } from './lint-steps.ts'
import { stepLists } from './step-lists.ts'
import type { ScriptShape, When } from './shape.ts'

/** The scripts of a file as far as their shape is sound: mistakes of meaning are told together with those of shape. */
export interface Draft {
  /** At its index in the file; undefined where the shape of a script is at fault. */
  scripts: readonly (ScriptShape | undefined)[]
  /** The same, but of a script at fault what is sound of it. */
  parts: readonly ScriptParts[]
}

export type ScriptParts = Partial<ScriptShape>

/**
 * What is wrong with a fixture beyond its shape: the mistakes that make a script do nothing, or another thing than it
 * says. Without `toolsCalled`, as long as some script cannot be read, nothing is said about results of tools.
 */
export function lint({ scripts, parts }: Draft, toolsCalled: ReadonlySet<string> | undefined): Fault[] {
  const names = parts.map(part => part.name)
  const reachable = scripts.includes(undefined) ? undefined : startable(scripts.filter(isSound))
  return parts.flatMap((part, index) => {
    const path = ['scripts', index]
    const script = scripts[index]
    return [
      ...(script ? lintContent(script, path) : []),
      ...lintName(names, index),
      ...lintAfter(part, names, path),
      ...(script ? lintReach(script, scripts.slice(0, index).filter(isSound), reachable, path) : []),
      ...(toolsCalled ? lintToolResults(part, toolsCalled, path) : []),
      ...stepLists(part, path).flatMap(list => lintSteps(list.steps, list.path)),
      ...lintIdle(part, path),
      ...lintHttp(part, path),
    ]
  })
}

const isSound = (script: ScriptShape | undefined) => script !== undefined

function lintContent(script: ScriptShape, path: Path): Fault[] {
  const given = (['steps', 'attempts', 'http'] as const).filter(key => script[key] !== undefined)
  if (given.length === 0) return [{ path, message: 'needs one of steps, attempts, http' }]
  if (given.length === 1) return []
  return [
    { path: [...path, given[1]!], atKey: true, message: `has ${given.join(' and ')}: one of them says what happens` },
  ]
}

type Names = readonly (string | undefined)[]

function lintName(names: Names, index: number): Fault[] {
  const name = names[index]
  if (name === undefined || names.indexOf(name) === index) return []
  return [{ path: ['scripts', index, 'name'], message: `there is a script "${name}" in this file already` }]
}

const afterOf = (script: ScriptParts): string[] => (script.after === undefined ? [] : [script.after].flat())

function lintAfter(script: ScriptParts, names: Names, path: Path): Fault[] {
  const known = names.filter(name => name !== undefined)
  return afterOf(script).flatMap((name, index) =>
    known.includes(name)
      ? []
      : {
          path: [...path, 'after', ...(Array.isArray(script.after) ? [index] : [])],
          message: `no script "${name}" in this file${didYouMean(name, known)}`,
        },
  )
}

function lintReach(
  script: ScriptShape,
  earlier: ScriptShape[],
  reachable: Set<string> | undefined,
  path: Path,
): Fault[] {
  const shadow = earlier.find(before => shadows(before, script))
  if (shadow) {
    const message = `can never be reached: "${shadow.name}" stands before it and takes every request that would match`
    return [{ path: [...path, 'name'], atKey: true, message }]
  }
  if (!reachable || reachable.has(script.name)) return []
  const message = 'can never be reached: no task that can be continued ever has such a last script'
  return [{ path: [...path, 'after'], atKey: true, message }]
}

/** Whether every request that `later` would win is won by `earlier`. */
function shadows(earlier: ScriptShape, later: ScriptShape): boolean {
  const [before, after] = [afterOf(earlier), afterOf(later)]
  const sameTier = after.length === 0 ? before.length === 0 : after.every(name => before.includes(name))
  return sameTier && earlier.name !== later.name && covers(earlier.when ?? {}, later.when ?? {})
}

/** Whether what `narrow` asks for is all that `wide` asks for, or more. */
function covers(wide: When, narrow: When): boolean {
  return (Object.keys(wide) as (keyof When)[]).every(key => {
    const holds = contains(narrow[key], wide[key])
    // More in a JSON Schema may well be less.
    return key === 'body' ? holds && contains(wide[key], narrow[key]) : holds
  })
}

/** The scripts that some sequence of requests leads to; those after a script that is not there are a fault of their own. */
function startable(scripts: ScriptShape[]): Set<string> {
  const reached = new Set<string>()
  for (let size = -1; size < reached.size;) {
    size = reached.size
    for (const script of scripts)
      if (
        script.after === undefined ||
        afterOf(script).some(name => !scripts.some(other => other.name === name)) ||
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
  const lists = script.attempts?.flatMap(attempt => ('steps' in attempt ? [attempt.steps] : [])) ?? [script.steps ?? []]
  return script.http === undefined && lists.some(steps => waysOf(steps).size > (waysOf(steps).has('fails') ? 1 : 0))
}

function lintToolResults({ when }: ScriptParts, toolsCalled: ReadonlySet<string>, path: Path): Fault[] {
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
