import type { Fault, Path } from '../language/fault.ts'
import { didYouMean } from '../spelling.ts'
import { lintHttp } from './lint-http.ts'
import { lintIdle } from './lint-idle.ts'
import { lintPlaceholders } from './lint-placeholders.ts'
import { lintSteps } from './lint-steps.ts'
import { afterOf, reachOf, type Reach } from './reach.ts'
import { stepLists } from '../language/step-lists.ts'
import type { ScriptShape } from '../language/shape.ts'

/** The scripts of a file as far as their shape is sound: mistakes of meaning are told together with those of shape. */
export interface Draft {
  /** At its index in the file; undefined where the shape of a script is at fault. */
  scripts: readonly (ScriptShape | undefined)[]
  /** The same, but of a script at fault what is sound of it. */
  parts: readonly ScriptParts[]
  /** Whether `{{ }}` stands for something, where a script does not say. */
  placeholders: boolean
}

export type ScriptParts = Partial<ScriptShape>

/**
 * What is wrong with each script of a fixture beyond its shape: the mistakes that make it do nothing, or another thing
 * than it says. Without `toolsCalled`, as long as some script cannot be read, nothing is said about results of tools.
 */
export function linter({ scripts, parts, placeholders }: Draft, toolsCalled: ReadonlySet<string> | undefined) {
  const names = namesOf(parts)
  const reach = reachOf(scripts)
  const tools = toolsCalled && { called: toolsCalled, names: [...toolsCalled] }
  return (index: number): Fault[] => {
    const path = ['scripts', index]
    const part = parts[index]!
    const script = scripts[index]
    return [
      ...(script ? lintContent(script, path) : []),
      ...lintName(part, names, index),
      ...lintAfter(part, names, path),
      ...(script ? lintReach(script, reach, index) : []),
      ...(tools ? lintToolResults(part, tools, path) : []),
      ...stepLists(part, path).flatMap(list => lintSteps(list.steps, list.path)),
      ...lintIdle(part, path),
      ...lintHttp(part, path),
      ...((part.placeholders ?? placeholders) ? lintPlaceholders(part, path) : []),
    ]
  }
}

function lintContent(script: ScriptShape, path: Path): Fault[] {
  const given = (['steps', 'attempts', 'http'] as const).filter(key => script[key] !== undefined)
  if (given.length === 0) return [{ path, message: 'needs one of steps, attempts, http' }]
  if (given.length === 1) return []
  return [
    { path: [...path, given[1]!], atKey: true, message: `has ${given.join(' and ')}: one of them says what happens` },
  ]
}

interface Names {
  known: readonly string[]
  /** The index of the first script of a name. */
  first: ReadonlyMap<string, number>
}

function namesOf(parts: readonly ScriptParts[]): Names {
  const first = new Map<string, number>()
  for (const [index, { name }] of parts.entries()) if (name !== undefined && !first.has(name)) first.set(name, index)
  return { known: [...first.keys()], first }
}

function lintName({ name }: ScriptParts, { first }: Names, index: number): Fault[] {
  if (name === undefined || first.get(name) === index) return []
  return [{ path: ['scripts', index, 'name'], message: `there is a script "${name}" in this file already` }]
}

function lintAfter(script: ScriptParts, { known, first }: Names, path: Path): Fault[] {
  return afterOf(script).flatMap((name, index) =>
    first.has(name)
      ? []
      : {
          path: [...path, 'after', ...(Array.isArray(script.after) ? [index] : [])],
          get message() {
            return `no script "${name}" in this file${didYouMean(name, known)}`
          },
        },
  )
}

function lintReach(script: ScriptShape, { shadowOf, startable }: Reach, index: number): Fault[] {
  const shadow = shadowOf(index)
  const path = ['scripts', index]
  if (shadow) {
    const message = `can never be reached: "${shadow.name}" stands before it and takes every request that would match`
    return [{ path: [...path, 'name'], atKey: true, message }]
  }
  if (!startable || startable.has(script.name)) return []
  const message = 'can never be reached: no task that can be continued ever has such a last script'
  return [{ path: [...path, 'after'], atKey: true, message }]
}

interface Tools {
  called: ReadonlySet<string>
  names: readonly string[]
}

function lintToolResults({ when }: ScriptParts, { called, names }: Tools, path: Path): Fault[] {
  const wanted = when?.tool_result
  if (wanted === undefined) return []
  const below = [...path, 'when', 'tool_result']
  const tools = typeof wanted === 'string' ? [wanted] : Object.keys(wanted)
  return tools
    .filter(tool => !called.has(tool))
    .map(tool => ({
      path: typeof wanted === 'string' ? below : [...below, tool],
      atKey: typeof wanted !== 'string',
      get message() {
        return `no script calls a tool "${tool}"${didYouMean(tool, names)}`
      },
    }))
}
