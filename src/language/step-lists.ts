import type { Path } from './fault.ts'
import type { ScriptShape } from './shape.ts'
import type { StepShape } from './step-shape.ts'

interface StepList {
  steps: readonly StepShape[]
  path: Path
}

/** Every list of steps in a script, the branches of reviews included. */
export function stepLists(script: Partial<ScriptShape>, path: Path): StepList[] {
  const attempts = (script.attempts ?? []).flatMap((attempt, index) =>
    'steps' in attempt ? { steps: attempt.steps, path: [...path, 'attempts', index, 'steps'] } : [],
  )
  const own = script.steps ? [{ steps: script.steps, path: [...path, 'steps'] }] : []
  return [...own, ...attempts].flatMap(withBranches)
}

function withBranches(list: StepList): StepList[] {
  const branches = list.steps.flatMap((step, index) =>
    'review' in step
      ? (['approved', 'rejected'] as const).flatMap(key =>
          withBranches({ steps: step[key] ?? [], path: [...list.path, index, key] }),
        )
      : [],
  )
  return [list, ...branches]
}

/** The names of the client's tools that a script calls. */
export function toolsCalledBy(script: ScriptShape): string[] {
  return stepLists(script, []).flatMap(({ steps }) => steps.flatMap(step => ('call' in step ? step.call : [])))
}
