import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import type { FileReader } from './compile-steps.ts'
import type { PlacedFault } from './fault.ts'
import { FixtureError } from './fault.ts'
import type { Input } from './load.ts'
import { parsedSource, readParsed } from './parsed.ts'
import { objectSource } from './source.ts'

/** Reads fixtures from folders and files, and takes those that are objects as they are. Throws a FixtureError for what cannot be read. */
export async function readFixtures(fixtures: readonly (string | object)[]): Promise<Input[]> {
  const objects = objectInputs(
    'fixtures',
    fixtures.filter(fixture => typeof fixture !== 'string'),
  )
  const folders = fixtures.filter(fixture => typeof fixture === 'string')
  return folders.length === 0 ? objects : [...(await readFolders(folders)), ...objects]
}

interface FixtureText {
  name: string
  text: string
  readFile: FileReader
}

/** Every fixture file below the folders, in lexical order; a single file may stand for a folder. */
async function readFolders(folders: readonly string[]): Promise<Input[]> {
  const faults: PlacedFault[] = []
  const texts = folders.flatMap(folder => readTexts(folder, faults))
  if (faults.length > 0) throw new FixtureError(faults)
  const parsed = readParsed()
  const yaml = texts.every(({ text }) => parsed(text)) ? undefined : await import('./source-text.ts')
  return texts.map(({ name, text, readFile }) => {
    const known = parsed(text)
    return { source: known ? parsedSource(name, known) : yaml!.textSource(name, text), readFile }
  })
}

function readTexts(folder: string, faults: PlacedFault[]): FixtureText[] {
  const root = statOf(folder)?.isDirectory() ? folder : dirname(folder)
  return filesBelow(folder, faults).flatMap(file => {
    const text = attempt(faults, file, () => readFileSync(file, 'utf8'))
    return text === undefined ? [] : { name: shown(file), text, readFile: readerBelow(root) }
  })
}

/** Fixtures that come as objects, not as files: they cannot name files either. */
export function objectInputs(name: string, fixtures: readonly unknown[]): Input[] {
  return fixtures.map((fixture, index) => ({ source: objectSource(`${name}[${index}]`, fixture), readFile: noFiles }))
}

const noFiles: FileReader = () => {
  throw new Error('a fixture that is no file cannot name one: use bytes')
}

/** Paths as the reader of an error knows them: from the working directory, where that is shorter. */
function shown(path: string): string {
  const near = relative(process.cwd(), path)
  return near.startsWith('..') ? path : near
}

function filesBelow(path: string, faults: PlacedFault[]): string[] {
  const stat = attempt(faults, path, () => statSync(path))
  if (!stat) return []
  if (!stat.isDirectory()) return [path]
  const names = attempt(faults, path, () => readdirSync(path)) ?? []
  return names
    .filter(name => !name.startsWith('.') && name !== 'node_modules')
    .sort()
    .flatMap(name => {
      const below = join(path, name)
      return statOf(below)?.isDirectory() || /\.(ya?ml|json)$/.test(name) ? filesBelow(below, faults) : []
    })
}

function statOf(path: string) {
  return statSync(path, { throwIfNoEntry: false })
}

function attempt<T>(faults: PlacedFault[], path: string, read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    faults.push({ place: shown(path), message: reason(error) })
    return undefined
  }
}

function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return 'there is no such file or folder'
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read: permission denied'
  return message
}

/** Reads files inside the folder only, symbolic links followed. */
function readerBelow(folder: string): FileReader {
  return path => {
    const file = resolve(folder, path)
    const within = statOf(file)?.isFile() ? relative(realpathSync(folder), realpathSync(file)) : undefined
    if (within === undefined) throw new Error(`there is no file "${path}" in the fixtures folder`)
    if (within === '..' || within.startsWith(`..${sep}`)) throw new Error(`"${path}" lies outside the fixtures folder`)
    return readFileSync(file).toString('base64')
  }
}
