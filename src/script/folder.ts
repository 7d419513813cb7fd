import { isUtf8 } from 'node:buffer'
import { type Stats, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import type { FileReader } from './compile-steps.ts'
import type { Input } from './load.ts'
import { parsedSource, readParsed } from './parsed.ts'
import { objectSource, unreadSource } from './source.ts'

/** Reads fixtures from folders and files, and takes those that are objects as they are. What cannot be read becomes a fault of its source. */
export async function readFixtures(fixtures: readonly (string | object)[]): Promise<Input[]> {
  const objects = objectInputs(
    'fixtures',
    fixtures.filter(fixture => typeof fixture !== 'string'),
  )
  const folders = fixtures.filter(fixture => typeof fixture === 'string')
  return folders.length === 0 ? objects : [...(await readFolders(folders)), ...objects]
}

/** Those of the folders that hold no fixture: empty ones, or others than was meant. */
export function foldersWithout(folders: readonly string[]): string[] {
  return folders.filter(folder => filesBelow(folder, []).length === 0)
}

interface FixtureText {
  name: string
  /** Undefined, with a fault, for what cannot be read. */
  text: string | undefined
  fault: string
  readFile: FileReader
}

/** Every fixture file below the folders, in lexical order; a single file may stand for a folder. */
async function readFolders(folders: readonly string[]): Promise<Input[]> {
  const texts = folders.flatMap(readTexts)
  const parsed = readParsed()
  const yaml = texts.every(({ text }) => text === undefined || parsed(text))
    ? undefined
    : await import('./source-text.ts')
  return texts.map(({ name, text, fault, readFile }) => {
    const known = text === undefined ? undefined : parsed(text)
    if (text === undefined) return { source: unreadSource(name, fault), readFile }
    return { source: known ? parsedSource(name, known) : yaml!.textSource(name, text), readFile }
  })
}

function readTexts(folder: string): FixtureText[] {
  const readFile = readerBelow(isFolder(folder) ? folder : dirname(folder))
  return filesBelow(folder, []).map(file => {
    try {
      return { name: shown(file), text: textOf(readFileSync(file)), fault: '', readFile }
    } catch (error) {
      return { name: shown(file), text: undefined, fault: reason(error), readFile }
    }
  })
}

/** Other encodings would come out as other letters, and no script would match them. */
function textOf(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw new Error('is not UTF-8: save it in that encoding')
  return bytes.toString()
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

/** `within` are the folders on the way here: a link may lead back to one of them. */
function filesBelow(path: string, within: readonly string[]): string[] {
  if (!isFolder(path)) return [path]
  const real = realpathSync(path)
  if (within.includes(real)) return []
  const names = namesIn(path)
  // What cannot be listed is left to be read as a file, and that will say why it cannot.
  if (!names) return [path]
  return names
    .filter(name => !name.startsWith('.') && name !== 'node_modules')
    .sort()
    .map(name => join(path, name))
    .flatMap(below => (isFolder(below) || /\.(ya?ml|json)$/i.test(below) ? filesBelow(below, [...within, real]) : []))
}

const isFolder = (path: string) => statOf(path)?.isDirectory() ?? false

function namesIn(folder: string): string[] | undefined {
  try {
    return readdirSync(folder)
  } catch {
    return undefined
  }
}

/** Undefined for what is not there, or leads in a circle. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path)
  } catch {
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
