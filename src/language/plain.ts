import { deepestLevels } from '../json-text.ts'
import type { Fault, Path } from './fault.ts'

export const tooDeep = `is nested deeper than ${deepestLevels} levels`

/** How many values may be added by writing out in each place what stands in several. */
const mostRepeated = 1_000_000

/** After so many, what is wrong with a value is clear. */
const mostFaults = 1000

/** What a part of a value came to. */
interface Copied {
  copy: unknown
  /** Levels, itself included; a scalar has none. */
  height: number
  /** Values, itself included, written out. */
  size: number
}

interface Copying {
  /** Objects copied before; undefined for those that are being copied. */
  known: Map<object, Copied | undefined>
  faults: Fault[]
  repeated: number
}

/**
 * A value as JSON has it, taken out of what a program or a YAML file gives: a copy that nothing changes later, and that
 * any part of the loading may walk. With faults, it is not whole.
 */
export function plainCopy(value: unknown): { copy: unknown; faults: Fault[] } {
  const copying: Copying = { known: new Map(), faults: [], repeated: 0 }
  const { copy } = copied(() => value, [], copying)
  return { copy, faults: copying.faults }
}

/** `read` may run code of the program that gave the value. */
function copied(read: () => unknown, path: Path, copying: Copying): Copied {
  try {
    const value = read()
    const found = typeof value === 'object' && value !== null ? copiedObject(value, path, copying) : copiedScalar(value)
    if (typeof found !== 'string') return found
    copying.faults.push({ path, message: found })
  } catch (error) {
    copying.faults.push({ path, message: `cannot be read: ${error instanceof Error ? error.message : 'it throws'}` })
  }
  return { copy: undefined, height: 0, size: 1 }
}

function copiedScalar(value: unknown): Copied | string {
  if (value === null || ['string', 'boolean', 'number'].includes(typeof value))
    return { copy: value, height: 0, size: 1 }
  return notJson(value === undefined ? 'undefined' : `a ${typeof value}`)
}

const notJson = (found: string) => `must be JSON, found ${found}`

function copiedObject(value: object, path: Path, copying: Copying): Copied | string {
  if (copying.known.has(value)) return copiedAgain(copying.known.get(value), path, copying)
  if (path.length >= deepestLevels) return tooDeep
  if (Object.getOwnPropertySymbols(value).length > 0) return notJson('a symbol for a key')
  if (!Array.isArray(value) && !isPlain(value)) return notJson(`an object of the class ${classOf(value)}`)
  copying.known.set(value, undefined)
  const made = Array.isArray(value) ? copiedList(value, path, copying) : copiedMap(value, path, copying)
  copying.known.set(value, made)
  return made
}

function copiedAgain(known: Copied | undefined, path: Path, copying: Copying): Copied | string {
  if (!known) return 'holds itself'
  if (path.length + known.height > deepestLevels) return tooDeep
  const before = copying.repeated
  copying.repeated += known.size
  if (before > mostRepeated || copying.repeated <= mostRepeated) return known
  return `repeats more than ${mostRepeated.toLocaleString('en')} values that stand elsewhere`
}

/** Also of another realm, such as that of a test runner. */
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

const classOf = (value: object) => (value.constructor as { name?: string } | undefined)?.name ?? 'of another object'

function copiedList(list: readonly unknown[], path: Path, copying: Copying): Copied {
  const copy: unknown[] = []
  let [height, size] = [0, 1]
  for (let index = 0; index < list.length && copying.faults.length < mostFaults; index += 1) {
    const item = copied(() => list[index], [...path, index], copying)
    copy.push(item.copy)
    height = Math.max(height, item.height)
    size += item.size
  }
  return { copy, height: height + 1, size }
}

function copiedMap(map: object, path: Path, copying: Copying): Copied {
  const entries: [string, unknown][] = []
  let [height, size] = [0, 1]
  for (const key of Object.keys(map)) {
    if (copying.faults.length >= mostFaults) break
    const value = copied(() => (map as Record<string, unknown>)[key], [...path, key], copying)
    entries.push([key, value.copy])
    height = Math.max(height, value.height)
    size += value.size
  }
  return { copy: Object.fromEntries(entries), height: height + 1, size }
}
