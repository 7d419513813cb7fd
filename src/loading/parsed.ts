import { hash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { parsedBeforehand } from '../package-files.ts'
import type { PlacedFault } from '../language/fault.ts'
import type { Source } from '../language/source.ts'

/** A fixture without faults, parsed: its value, and the line of each script. */
export interface Parsed {
  value: unknown
  lines: number[]
}

/**
 * Parses made by the build, by the hash of the text. A mock with the shipped fixtures, wherever they were copied to,
 * starts without loading a YAML parser, and a changed file is simply not found here.
 */
export function readParsed(): (text: string) => Parsed | undefined {
  const known = existsSync(parsedBeforehand)
    ? (JSON.parse(readFileSync(parsedBeforehand, 'utf8')) as Record<string, Parsed>)
    : {}
  return text => known[keyOf(text)]
}

export const keyOf = (text: string): string => hash('sha256', text, 'hex')

/** Its places are files and lines; only faults between files can still be found, and these are told by script. */
export function parsedSource(name: string, { value, lines }: Parsed): Source {
  const lineOf = (path: readonly (string | number)[]) => (path[0] === 'scripts' ? (lines[Number(path[1])] ?? 1) : 1)
  const locate = (path: readonly (string | number)[], message: string): PlacedFault => {
    const line = lineOf(path)
    return { place: `${name}:${line}:1`, message, line, column: 1 }
  }
  return {
    name,
    value,
    faults: [],
    place: path => `${name}:${lineOf(path)}`,
    locate: ({ path, message }) => locate(path, message),
  }
}
