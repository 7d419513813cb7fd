import { contains } from '../criteria/contains.ts'
import { waysOf } from './lint-steps.ts'
import type { ScriptShape, When } from '../language/shape.ts'
import { makeSubsets, type Subsets } from './subsets.ts'
import { makeTokens } from './tokens.ts'

/** Which scripts of a file some request leads to. */
export interface Reach {
  /** The first script that takes every request which the one at this index would win. */
  shadowOf(index: number): ScriptShape | undefined
  /** The names of scripts that some sequence of requests leads to; undefined where some script cannot be read. */
  startable: ReadonlySet<string> | undefined
}

export const afterOf = ({ after }: Partial<ScriptShape>): string[] => (after === undefined ? [] : [after].flat())

export function reachOf(scripts: readonly (ScriptShape | undefined)[]): Reach {
  const sound = scripts.filter(script => script !== undefined)
  const shadows = shadowsOf(scripts)
  return {
    shadowOf: index => shadows[index],
    startable: sound.length < scripts.length ? undefined : startableOf(sound),
  }
}

/** Each script is held only against those before it that may cover it, by what they ask for. */
function shadowsOf(scripts: readonly (ScriptShape | undefined)[]): (ScriptShape | undefined)[] {
  const tokensOf = makeTokens(scripts.map(script => script?.when ?? {}))
  const tiers = new Map<string, Subsets<ScriptShape>>()
  return scripts.map((script, index) => {
    if (!script) return undefined
    const tokens = tokensOf(index)
    const [tier = ''] = afterOf(script)
    const shadow = tiers.get(tier)?.first(tokens, earlier => shadows(earlier, script))
    for (const name of tiersOf(script)) {
      const scriptsOf = tiers.get(name) ?? makeSubsets()
      tiers.set(name, scriptsOf)
      scriptsOf.add(tokens, script)
    }
    return shadow
  })
}

/** No script has an empty name: that stands for those without `after`. */
const tiersOf = (script: ScriptShape) => (script.after === undefined ? [''] : new Set(afterOf(script)))

/** Whether every request that `later` would win is won by `earlier`. */
function shadows(earlier: ScriptShape, later: ScriptShape): boolean {
  return earlier.name !== later.name && sameTier(earlier, later) && covers(earlier.when ?? {}, later.when ?? {})
}

function sameTier(earlier: ScriptShape, later: ScriptShape): boolean {
  if (later.after === undefined) return earlier.after === undefined
  const before = new Set(afterOf(earlier))
  return afterOf(later).every(name => before.has(name))
}

/** Whether what `narrow` asks for is all that `wide` asks for, or more. */
function covers(wide: When, narrow: When): boolean {
  return (Object.keys(wide) as (keyof When)[]).every(key => {
    const holds = contains(narrow[key], wide[key])
    // More in a JSON Schema may well be less.
    return key === 'body' ? holds && contains(wide[key], narrow[key]) : holds
  })
}

/** Those after a script that is not there are a fault of their own. */
function startableOf(scripts: readonly ScriptShape[]): Set<string> {
  const names = new Set(scripts.map(({ name }) => name))
  const continued = new Set(scripts.filter(continuable).map(({ name }) => name))
  const followers = new Map<string, string[]>()
  for (const script of scripts)
    for (const name of new Set(afterOf(script))) {
      const list = followers.get(name)
      if (list) list.push(script.name)
      else followers.set(name, [script.name])
    }
  const reached = new Set<string>()
  for (const script of scripts)
    if (script.after === undefined || afterOf(script).some(name => !names.has(name))) reached.add(script.name)
  // A set that grows while it is walked is walked to its end.
  for (const name of reached)
    if (continued.has(name)) for (const follower of followers.get(name) ?? []) reached.add(follower)
  return reached
}

/** Whether a task can be continued after this script: an HTTP answer moves no task, and a failed task stays failed. */
function continuable(script: ScriptShape): boolean {
  const lists = script.attempts?.flatMap(attempt => ('steps' in attempt ? [attempt.steps] : [])) ?? [script.steps ?? []]
  return script.http === undefined && lists.map(waysOf).some(ways => ways.size > (ways.has('fails') ? 1 : 0))
}
