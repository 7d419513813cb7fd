import { compileFixture } from '../script/compile.ts'
import type { FixtureFolder } from '../script/fixture-folder.ts'
import { checkEach } from './check.ts'
import { BadCriterion, compileWhen, type Engines } from '../criteria/criteria.ts'
import { enginesFor } from '../criteria/engines.ts'
import { FixtureError, type Fault, type Path } from '../language/fault.ts'
import { makeFaultList, type FaultList } from './fault-list.ts'
import { linter, type Draft as ScriptDraft, type ScriptParts } from './lint.ts'
import type { Script } from '../script/script.ts'
import { FixtureFile, type ScriptShape } from '../language/shape.ts'
import type { Source } from '../language/source.ts'
import { toolsCalledBy } from '../language/step-lists.ts'
import { definitions } from '../language/step-shape.ts'
import { faultsOfFiles } from './lint-files.ts'

/** A fixture and the way to the files it names. */
export interface Input {
  source: Source
  folder: FixtureFolder
}

/** An input as far as it can be read. */
interface Draft extends ScriptDraft {
  input: Input
  /** Of the shape. */
  faults: FaultList
}

/** Scripts of all inputs, in their order. Throws a FixtureError with the faults of every input. */
export async function loadScripts(inputs: readonly Input[], knownTools: readonly string[] = []): Promise<Script[]> {
  const drafts = inputs.map(readDraft)
  const engines = await enginesFor(drafts.flatMap(({ parts }) => parts.map(({ when }) => when)))
  const complete = drafts.every(({ faults }) => faults.total() === 0)
  const called = drafts.flatMap(({ scripts }) => scripts.flatMap(script => (script ? toolsCalledBy(script) : [])))
  const toolsCalled = complete ? new Set([...knownTools, ...called]) : undefined
  for (const draft of drafts) addFaultsOfMeaning(draft, engines, toolsCalled)
  const total = drafts.reduce((sum, { faults }) => sum + faults.total(), 0)
  if (total > 0)
    throw new FixtureError(
      drafts.flatMap(({ faults }) => faults.placed()),
      total,
    )
  return inputs.flatMap(({ source, folder }) => compileFixture(source, engines, folder))
}

function readDraft(input: Input): Draft {
  const { source } = input
  const faults = makeFaultList(source)
  if (source.faults.length > 0) return { input, faults, scripts: [], parts: [], placeholders: true }
  /** Of each script, the keys that a fault touches; none where it is at fault as a whole. */
  const touched: (Set<unknown> | undefined)[] = []
  checkEach(FixtureFile, source.value, definitions, fault => {
    const [key, index, keyOfScript] = fault.path
    if (key === 'scripts' && typeof index === 'number') touched[index] = (touched[index] ?? new Set()).add(keyOfScript)
    faults.add(fault)
  })
  const { scripts, placeholders } = (source.value ?? {}) as { scripts?: unknown; placeholders?: unknown }
  const list = Array.isArray(scripts) ? (scripts as ScriptShape[]) : []
  return {
    input,
    faults,
    scripts: list.map((script, index) => (touched[index] ? undefined : script)),
    parts: list.map((script, index) => soundParts(script, touched[index])),
    placeholders: placeholders !== false,
  }
}

const nothing: ScriptParts = {}

/** What no fault touches. */
function soundParts(script: unknown, touched: ReadonlySet<unknown> | undefined): ScriptParts {
  if (typeof script !== 'object' || script === null) return nothing
  if (!touched) return script
  return Object.fromEntries(Object.entries(script).filter(([key]) => !touched.has(key)))
}

function addFaultsOfMeaning(draft: Draft, engines: Engines, toolsCalled: ReadonlySet<string> | undefined): void {
  const { folder } = draft.input
  const faultsOf = linter(draft, toolsCalled)
  for (const [index, part] of draft.parts.entries()) {
    const path = ['scripts', index]
    for (const fault of faultsOf(index)) draft.faults.add(fault)
    for (const fault of faultsOfCriteria(part, engines, path)) draft.faults.add(fault)
    for (const fault of faultsOfFiles(part, folder, path)) draft.faults.add(fault)
  }
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
