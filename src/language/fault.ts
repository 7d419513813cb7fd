/** Where in a fixture something stands: the keys and indexes that lead there. */
export type Path = readonly (string | number)[]

/** A mistake in a fixture. */
export interface Fault {
  path: Path
  message: string
  /** Points at the key itself rather than at its value. */
  atKey?: boolean
}

/** A fault with its place in a file, ready to be shown. */
export interface PlacedFault {
  /** `fixtures/support.yaml:14:7`, or for fixtures that come as objects `overlay[0].scripts[2]`. */
  place: string
  message: string
  line?: number
  column?: number
  /** The line of the file, with a mark under the column; absent for objects. */
  excerpt?: string
}

/** How many faults are told; the others are counted. */
export const mostTold = 100

/** Longer than any message of ours: what a fixture says is quoted there. */
const longestMessage = 2000

/** Fixtures that cannot be used. The message holds the first faults, each with its place, and how many more there are. */
export class FixtureError extends Error {
  /** The first hundred. */
  readonly faults: PlacedFault[]
  /** How many there are in all. */
  readonly total: number

  constructor(faults: readonly PlacedFault[], total = faults.length) {
    const told = faults.slice(0, mostTold).map(shortened)
    const others = total - told.length
    const rest = others > 0 ? [`and ${others.toLocaleString('en')} more ${others === 1 ? 'fault' : 'faults'}`] : []
    super([...told.map(showFault), ...rest].join('\n'))
    this.name = 'FixtureError'
    this.faults = told
    this.total = total
  }
}

function shortened(fault: PlacedFault): PlacedFault {
  return { ...fault, place: short(fault.place), message: short(fault.message) }
}

const short = (text: string) => (text.length > longestMessage ? `${text.slice(0, longestMessage)}…` : text)

function showFault({ place, message, excerpt }: PlacedFault): string {
  return excerpt === undefined ? `${place}  ${message}` : `${place}  ${message}\n${excerpt}`
}

/** `scripts[0].when.text`, the way people write paths; of a long one, its beginning. */
export function showPath(path: Path): string {
  const shown = path
    .slice(0, longestPath)
    .reduce<string>(
      (text, step) => (typeof step === 'number' ? `${text}[${step}]` : text ? `${text}.${step}` : step),
      '',
    )
  return path.length > longestPath ? `${shown}…` : shown
}

const longestPath = 40
