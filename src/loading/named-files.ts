import { resolve } from 'node:path'

/** A fixture that has been read, and the folder from which it names files. */
interface Read {
  root: string
  text: string
  value: unknown
}

/** The files that fixtures name by `path`: what lies there is a text or a file of theirs, and no fixture, whatever its ending. */
export function namedFiles(fixtures: readonly Read[]): Set<string> {
  const named = new Set<string>()
  for (const { root, text, value } of fixtures)
    if (text.includes('path')) for (const path of pathsIn(value)) named.add(resolve(root, path))
  return named
}

const naming: readonly string[] = ['say', 'think', 'file', 'body']

function* pathsIn(value: unknown, within = ''): Generator<string> {
  if (typeof value !== 'object' || value === null) return
  for (const [key, below] of Object.entries(value)) {
    if (key === 'path' && typeof below === 'string' && naming.includes(within)) yield below
    else yield* pathsIn(below, Array.isArray(value) ? within : key)
  }
}
