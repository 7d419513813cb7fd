import { FixtureError } from '../language/fault.ts'
import { didYouMean } from '../spelling.ts'
import { isPlain, shown } from './kinds.ts'
import type { Given, Kind, Option, Options, Said } from './option.ts'

/** Names that options had once, and have now. */
type FormerNames<Table extends Options> = Readonly<Record<string, keyof Table & string>>

/** Reads the options that a program gives. Throws a TypeError that names all that are wrong; for fixtures, a FixtureError. */
export function readOptions<Table extends Options>(
  table: Table,
  given: Given<Table>,
  former: FormerNames<Table> = {},
): Said<Table> {
  if (!isPlain(given)) throw new TypeError(`the options must be an object, found ${shown(given)}`)
  const said = new Map<string, unknown>()
  const faults: string[] = []
  for (const [name, value] of Object.entries(given)) {
    const now = Object.hasOwn(former, name) ? former[name]! : name
    const option = Object.hasOwn(table, now) ? table[now] : undefined
    if (!option) faults.push(`unknown option "${name}"${didYouMean(name, Object.keys(table))}`)
    else if (value === undefined) continue
    else if (said.has(now)) faults.push(`${now} is given twice, once by its former name`)
    else said.set(now, readOr(faults, name, option, value))
  }
  if (faults.length > 0) throw new TypeError(faults.join('\n'))
  return Object.fromEntries(said) as Said<Table>
}

function readOr(faults: string[], name: string, { kind }: Option, given: unknown): unknown {
  try {
    return kind.fromProgram(given as never)
  } catch (error) {
    if (error instanceof FixtureError) throw error
    faults.push(`${name} ${(error as Error).message}`)
    return undefined
  }
}

/** An argument, checked as options are. Throws a TypeError. */
export function demand<Value>(name: string, kind: Kind<never, Value>, given: unknown): Value {
  const faults: string[] = []
  const value = readOr(faults, name, { kind, help: '' }, given)
  if (faults.length > 0) throw new TypeError(faults.join('\n'))
  return value as Value
}
