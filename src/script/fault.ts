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

/** Fixtures that cannot be used. The message holds every fault, each with its place. */
export class FixtureError extends Error {
  readonly faults: PlacedFault[]

  constructor(faults: PlacedFault[]) {
    super(faults.map(showFault).join('\n'))
    this.name = 'FixtureError'
    this.faults = faults
  }
}

function showFault({ place, message, excerpt }: PlacedFault): string {
  return excerpt === undefined ? `${place}  ${message}` : `${place}  ${message}\n${excerpt}`
}

/** `scripts[0].when.text`, the way people write paths. */
export function showPath(path: Path): string {
  return path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : text ? `${text}.${step}` : step),
    '',
  )
}
