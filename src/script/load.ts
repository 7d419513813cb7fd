import { compileFixture } from './compile.ts'
import type { FileReader } from './compile-steps.ts'
import { check } from './check.ts'
import { BadCriterion, compileWhen, type Engines } from './criteria.ts'
import { loadEngines, noEngines } from './engines.ts'
import { FixtureError, type Fault, type Path, type PlacedFault } from './fault.ts'
import { lint } from './lint.ts'
import type { Script } from './script.ts'
import { FixtureFile } from './shape.ts'
import type { Source } from './source.ts'
import { stepLists, toolsCalledBy } from './step-lists.ts'
import { definitions, type StepShape } from './step-shape.ts'

/** A fixture and the way to the files it names. */
export interface Input {
  source: Source
  /** Throws an error with a message for people. */
  readFile: FileReader
}

/** Scripts of all inputs, in their order. Throws a FixtureError with every fault of every input. */
export async function loadScripts(inputs: readonly Input[], knownTools: readonly string[] = []): Promise<Script[]> {
  const faults: PlacedFault[] = []
  const sound: Input[] = []
  for (const input of inputs) {
    const found = faultsOfShape(input.source)
    faults.push(...found)
    if (found.length === 0) sound.push(input)
  }
  const fixtures = sound.map(({ source }) => source.value as FixtureFile)
  const engines = fixtures.some(needsEngines) ? await loadEngines() : noEngines
  const toolsCalled = new Set([...knownTools, ...fixtures.flatMap(toolsCalledBy)])
  for (const input of sound) faults.push(...faultsOfMeaning(input, engines, toolsCalled))
  if (faults.length > 0) throw new FixtureError(faults)
  return inputs.flatMap(({ source, readFile }) => compileFixture(source, engines, readFile))
}

function faultsOfShape(source: Source): PlacedFault[] {
  return source.faults.length > 0 ? source.faults : check(FixtureFile, source.value, definitions).map(source.locate)
}

function faultsOfMeaning(
  { source, readFile }: Input,
  engines: Engines,
  toolsCalled: ReadonlySet<string>,
): PlacedFault[] {
  const fixture = source.value as FixtureFile
  const faults = [
    ...lint(fixture, toolsCalled),
    ...faultsOfCriteria(fixture, engines),
    ...faultsOfFiles(fixture, readFile),
  ]
  return faults.map(source.locate)
}

function needsEngines({ scripts }: FixtureFile): boolean {
  return scripts.some(
    ({ when }) => when?.body !== undefined || (typeof when?.text === 'object' && when.text.matches !== undefined),
  )
}

function faultsOfCriteria({ scripts }: FixtureFile, engines: Engines): Fault[] {
  return scripts.flatMap(({ when }, index) => {
    try {
      compileWhen(when, engines)
      return []
    } catch (error) {
      if (!(error instanceof BadCriterion)) throw error
      return { path: ['scripts', index, 'when', ...error.path], message: error.message }
    }
  })
}

/** Tries every file that a step names. */
function faultsOfFiles({ scripts }: FixtureFile, readFile: FileReader): Fault[] {
  return scripts
    .flatMap((script, index) => stepLists(script, ['scripts', index]))
    .flatMap(({ steps, path }) =>
      steps.flatMap((step, index) => faultsOfFile(step, readFile, [...path, index, 'file', 'path'])),
    )
}

function faultsOfFile(step: StepShape, readFile: FileReader, path: Path): Fault[] {
  if (!('file' in step && 'path' in step.file)) return []
  try {
    readFile(step.file.path)
    return []
  } catch (error) {
    return [{ path, message: (error as Error).message }]
  }
}
