import type { Fault, Path } from '../language/fault.ts'
import { stepLists } from '../language/step-lists.ts'
import { bodyFile, type StepShape } from '../language/step-shape.ts'
import type { FixtureFolder } from '../script/fixture-folder.ts'
import { answersOf } from './lint-http.ts'
import type { ScriptParts } from './lint.ts'

interface Named {
  path: string
  at: Path
  as: keyof FixtureFolder
}

/** Tries every file that a script names. */
export function faultsOfFiles(script: ScriptParts, folder: FixtureFolder, path: Path): Fault[] {
  return [...inSteps(script, path), ...inAnswers(script, path)].flatMap(({ path, at, as }) => {
    try {
      folder[as](path)
      return []
    } catch (error) {
      return { path: at, message: (error as Error).message }
    }
  })
}

const inSteps = (script: ScriptParts, path: Path): Named[] =>
  stepLists(script, path).flatMap(list => list.steps.flatMap((step, index) => inStep(step, [...list.path, index])))

function inStep(step: StepShape, path: Path): Named[] {
  if ('file' in step && 'path' in step.file)
    return [{ path: step.file.path, at: [...path, 'file', 'path'], as: 'bytes' }]
  const [key, words] = 'say' in step ? ['say', step.say] : 'think' in step ? ['think', step.think] : []
  return key !== undefined && typeof words === 'object'
    ? [{ path: words.path, at: [...path, key, 'path'], as: 'text' }]
    : []
}

const inAnswers = (script: ScriptParts, path: Path): Named[] =>
  answersOf(script, path).flatMap(({ answer, path }): Named[] => {
    const file = 'status' in answer ? bodyFile(answer.body) : undefined
    return file === undefined ? [] : [{ path: file, at: [...path, 'body', 'path'], as: 'text' }]
  })
