import type { Fault, Path, PlacedFault } from './fault.ts'
import { showPath } from './fault.ts'

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

/** A fixture given as an object; its places are paths. */
export function objectSource(name: string, value: unknown): Source {
  const place = (path: Path) => (path.length === 0 ? name : `${name}.${showPath(path)}`)
  return { name, value, faults: [], place, locate: ({ path, message }) => ({ place: place(path), message }) }
}

/** A file that cannot be read. */
export function unreadSource(name: string, message: string): Source {
  const fault = { place: name, message }
  return { name, value: undefined, faults: [fault], place: () => name, locate: () => fault }
}
