import { BadCriterion, compileWhen, type Criterion, type Engines } from '../criteria/criteria.ts'
import { enginesFor } from '../criteria/engines.ts'
import { badBody, type Misfit } from '../http/bad-body.ts'
import { showPath, type Fault } from '../language/fault.ts'
import { plainCopy } from '../language/plain.ts'
import { When } from '../language/shape.ts'
import { definitions } from '../language/step-shape.ts'
import { check } from '../loading/check.ts'
import { idleCriteria } from '../loading/lint-idle.ts'
import { Problem } from '../problem.ts'
import { demandOf, Expectations, type Demand, type Expectation } from './expectation.ts'

/** The same for those who come by HTTP and for those who call from code. Throws a Problem that names all that is wrong. */
export async function compileExpectations(given: readonly Expectation[]): Promise<Demand[]> {
  const { copy, faults } = plainCopy(given)
  demandNone(faults)
  const expectations = copy as Expectation[]
  demandNone(check(Expectations, expectations, {}))
  demandOneBound(expectations)
  demandNone(expectations.flatMap(({ when }, index) => (when ? faultsOfWhen(when, [index, 'when']) : [])))
  const engines = await enginesFor(expectations.map(({ when }) => when))
  return expectations.map((expectation, index) => demandOf(expectation, criteriaOf(expectation, index, engines)))
}

function demandNone(faults: readonly Fault[]): void {
  if (faults.length > 0) throw badBody(faults.map(misfitOf))
}

const misfitOf = ({ path, message }: Pick<Fault, 'path' | 'message'>): Misfit => ({
  place: `body${showPath(path)}`,
  message,
})

function demandOneBound(expectations: readonly Expectation[]): void {
  const index = expectations.findIndex(
    ({ count, at_least: least, never }) => [count, least, never].filter(bound => bound !== undefined).length > 1,
  )
  if (index >= 0) throw new Problem('bad_body', `body[${index}] must have only one of count, at_least and never`)
}

/** In the words that fixtures are refused with. */
function faultsOfWhen(when: When, path: Fault['path']): Fault[] {
  const faults = check(When, when, definitions).map(fault => ({ ...fault, path: [...path, ...fault.path] }))
  return faults.length > 0 ? faults : idleCriteria(when, path)
}

function criteriaOf({ when }: Expectation, index: number, engines: Engines): Criterion[] {
  try {
    return compileWhen(when, engines)
  } catch (error) {
    if (!(error instanceof BadCriterion)) throw error
    throw badBody([misfitOf({ path: [index, 'when', ...error.path], message: error.message })])
  }
}
