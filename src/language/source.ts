import type { Fault, Path, PlacedFault } from './fault.ts'
import { showPath } from './fault.ts'
import { plainCopy } from './plain.ts'

/** A fixture as it was written: its value, and where each part of it stands. */
export interface Source {
  /** How people know it: a path, or `overlay[0]` for one that came as an object. */
  name: string
  value: unknown
  /** What keeps it from being read at all. */
  faults: PlacedFault[]
  place(path: Path): string
  locate(fault: Fault): PlacedFault
}

/** A fixture given as an object, taken as it is now; its places are paths. */
export function objectSource(name: string, given: unknown): Source {
  const place = (path: Path) => (path.length === 0 ? name : `${name}.${showPath(path)}`)
  const locate = ({ path, message }: Fault): PlacedFault => ({ place: place(path), message })
  const { copy, faults } = plainCopy(given)
  return { name, value: copy, faults: faults.map(locate), place, locate }
}

/** A file that cannot be read. */
export function unreadSource(name: string, message: string): Source {
  const fault = { place: name, message }
  return { name, value: undefined, faults: [fault], place: () => name, locate: () => fault }
}
