import type { Fault, Path } from '../language/fault.ts'
import { roots } from '../language/placeholders.ts'
import { stepLists } from '../language/step-lists.ts'
import { kindOf, type StepShape } from '../language/step-shape.ts'
import { namesIn } from '../script/template.ts'
import { didYouMean } from '../spelling.ts'
import { answersOf } from './lint-http.ts'
import type { ScriptParts } from './lint.ts'

/** Placeholders that begin with a name that nothing has: they would render empty, whatever a client sends. */
export function lintPlaceholders(script: ScriptParts, path: Path): Fault[] {
  const steps = stepLists(script, path).flatMap(list =>
    list.steps.flatMap((step, index) => inStep(step, [...list.path, index])),
  )
  const answers = answersOf(script, path).flatMap(({ answer, path }) => inValue(answer, path))
  return [...steps, ...answers]
}

/** Names of tools are names; the branches of a review are lists of their own. */
const taken: readonly string[] = ['tool', 'call', 'review', 'approved', 'rejected']

function inStep(step: StepShape, path: Path): Fault[] {
  if (kindOf(step) === 'together')
    return (step as { together: object[] }).together.flatMap((tool, index) =>
      inObject(tool, [...path, 'together', index]),
    )
  return inObject(step, path)
}

const inObject = (step: object, path: Path): Fault[] =>
  Object.entries(step).flatMap(([key, value]) => (taken.includes(key) ? [] : inValue(value, [...path, key])))

function inValue(value: unknown, path: Path): Fault[] {
  if (typeof value === 'string') return inText(value, path)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, below]) =>
    inValue(below, [...path, Array.isArray(value) ? Number(key) : key]),
  )
}

function inText(text: string, path: Path): Fault[] {
  if (!text.includes('{{')) return []
  const strange = namesIn(text).find(name => !isKnown(name))
  if (strange === undefined) return []
  const root = strange.split('.')[0]!
  return [
    {
      path,
      get message() {
        const guess = didYouMean(root, roots) || `: there are ${roots.join(', ')}.`
        return `no placeholder begins with "${root}"${guess} For texts as they stand: placeholders: false`
      },
    },
  ]
}

const isKnown = (name: string): boolean => (roots as readonly string[]).includes(name.split('.', 1)[0]!)
