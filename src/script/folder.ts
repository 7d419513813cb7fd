import { isUtf8 } from 'node:buffer'
import { type Stats, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
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
  const root = isFolder(folder) ? folder : dirname(folder)
  const readFile = readerBelow(root)
  return filesBelow(folder, []).map(file => {
    try {
      return { name: shown(file), text: textOf(readRegular(file, root, file === folder)), fault: '', readFile }
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

/** Larger than any fixture that people write. */
const largestBytes = 20 * 2 ** 20

/** `named`: somebody named this very file, wherever its link leads. What is no file could keep us waiting for ever. */
function readRegular(file: string, root: string, named: boolean): Buffer {
  const stats = statSync(file)
  if (!stats.isFile()) throw new Error('is not a regular file: a pipe, a socket or a device is not read')
  if (!named && !isInside(root, file))
    throw new Error('is a link that leads out of the fixtures folder: it is not read')
  if (stats.size > largestBytes) throw new Error(`is larger than ${largestBytes / 2 ** 20} MB`)
  return readFileSync(file)
}

/** Symbolic links followed. On another drive, there is no relative path. */
function isInside(folder: string, file: string): boolean {
  const way = relative(realpathSync(folder), realpathSync(file))
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}

/** Reads files inside the folder only. */
function readerBelow(folder: string): FileReader {
  return path => {
    const file = resolve(folder, path)
    const stats = statOf(file)
    if (!stats?.isFile()) throw new Error(`there is no file "${path}" in the fixtures folder`)
    if (!isInside(folder, file)) throw new Error(`"${path}" lies outside the fixtures folder`)
    if (stats.size > largestBytes) throw new Error(`"${path}" is larger than ${largestBytes / 2 ** 20} MB`)
    return readFileSync(file).toString('base64')
  }
}
