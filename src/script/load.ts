import { compileFixture } from './compile.ts'
import type { FileReader } from './compile-steps.ts'
import { check } from './check.ts'
import { BadCriterion, compileWhen, type Engines } from './criteria.ts'
import { loadEngines, noEngines } from './engines.ts'
import { FixtureError, type Fault, type Path, type PlacedFault } from './fault.ts'
import { lint, type Draft as ScriptDraft, type ScriptParts } from './lint.ts'
import type { Script } from './script.ts'
import { FixtureFile, type ScriptShape } from './shape.ts'
import type { Source } from './source.ts'
import { stepLists, toolsCalledBy } from './step-lists.ts'
import { definitions, type StepShape } from './step-shape.ts'

/** A fixture and the way to the files it names. */
export interface Input {
  source: Source
  /** Throws an error with a message for people. */
  readFile: FileReader
}

/** An input as far as it can be read. */
interface Draft extends ScriptDraft {
  input: Input
  /** Of the shape. */
  faults: PlacedFault[]
}

/** Scripts of all inputs, in their order. Throws a FixtureError with every fault of every input. */
export async function loadScripts(inputs: readonly Input[], knownTools: readonly string[] = []): Promise<Script[]> {
  const drafts = inputs.map(readDraft)
  const scripts = drafts.flatMap(draft => draft.scripts)
  const engines = drafts.some(({ parts }) => parts.some(needsEngines)) ? await loadEngines() : noEngines
  const complete = drafts.every(draft => draft.faults.length === 0)
  const toolsCalled = complete
    ? new Set([...knownTools, ...scripts.flatMap(script => toolsCalledBy(script!))])
    : undefined
  const faults = drafts.flatMap(draft => inOrder([...draft.faults, ...faultsOfMeaning(draft, engines, toolsCalled)]))
  if (faults.length > 0) throw new FixtureError(faults)
  return inputs.flatMap(({ source, readFile }) => compileFixture(source, engines, readFile))
}

function inOrder(faults: PlacedFault[]): PlacedFault[] {
  return faults.sort((one, other) => (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0))
}

function readDraft(input: Input): Draft {
  const { source } = input
  if (source.faults.length > 0) return { input, faults: source.faults, scripts: [], parts: [] }
  const found = check(FixtureFile, source.value, definitions)
  const { scripts } = (source.value ?? {}) as { scripts?: unknown }
  const list = Array.isArray(scripts) ? (scripts as ScriptShape[]) : []
  const ofScript = (index: number) => found.filter(({ path }) => path[0] === 'scripts' && path[1] === index)
  return {
    input,
    faults: found.map(source.locate),
    scripts: list.map((script, index) => (ofScript(index).length > 0 ? undefined : script)),
    parts: list.map((script, index) => soundParts(script, ofScript(index))),
  }
}

/** What no fault touches. */
function soundParts(script: unknown, faults: readonly Fault[]): ScriptParts {
  if (typeof script !== 'object' || script === null) return {}
  return Object.fromEntries(Object.entries(script).filter(([key]) => !faults.some(({ path }) => path[2] === key)))
}

function faultsOfMeaning(draft: Draft, engines: Engines, toolsCalled: ReadonlySet<string> | undefined): PlacedFault[] {
  const { source, readFile } = draft.input
  const each = draft.parts.flatMap((part, index) => [
    ...faultsOfCriteria(part, engines, ['scripts', index]),
    ...faultsOfFiles(part, readFile, ['scripts', index]),
  ])
  return [...lint(draft, toolsCalled), ...each].map(source.locate)
}

function needsEngines({ when }: ScriptParts): boolean {
  return when?.body !== undefined || (typeof when?.text === 'object' && when.text.matches !== undefined)
}

function faultsOfCriteria({ when }: ScriptParts, engines: Engines, path: Path): Fault[] {
  try {
    compileWhen(when, engines)
    return []
  } catch (error) {
    if (!(error instanceof BadCriterion)) throw error
    return [{ path: [...path, 'when', ...error.path], message: error.message }]
  }
}

/** Tries every file that a step names. */
function faultsOfFiles(script: ScriptParts, readFile: FileReader, path: Path): Fault[] {
  return stepLists(script, path).flatMap(list =>
    list.steps.flatMap((step, index) => faultsOfFile(step, readFile, [...list.path, index, 'file', 'path'])),
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
