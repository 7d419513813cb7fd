import { mostTold, type Fault, type PlacedFault } from '../language/fault.ts'
import type { Source } from '../language/source.ts'

/** The faults of one fixture: many are counted, and as many are kept as anybody reads. */
export interface FaultList {
  add(fault: Fault): void
  total(): number
  /** In the order of the file. */
  placed(): PlacedFault[]
}

const mostKept = 2000

export function makeFaultList(source: Source): FaultList {
  const kept: Fault[] = []
  let added = 0
  return {
    add(fault) {
      added += 1
      if (kept.length < mostKept) kept.push(fault)
    },
    total: () => source.faults.length + added,
    placed: () => [...source.faults, ...inOrder(kept, source).slice(0, mostTold).map(source.locate)].sort(byPlace),
  }
}

/** By their places alone: words are made for those that are told. */
function inOrder(faults: readonly Fault[], source: Source): Fault[] {
  return faults
    .map(fault => ({ fault, placed: source.locate({ path: fault.path, atKey: fault.atKey ?? false, message: '' }) }))
    .sort((one, other) => byPlace(one.placed, other.placed))
    .map(({ fault }) => fault)
}

function byPlace(one: PlacedFault, other: PlacedFault): number {
  return (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0)
}
