import { isUtf8 } from 'node:buffer'
import { readdirSync, realpathSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { noFolder, type FixtureFolder } from '../script/fixture-folder.ts'
import type { Input } from './load.ts'
import { namedFiles } from './named-files.ts'
import { parsedSource, readParsed } from './parsed.ts'
import { isInside, leadsOut, readInside, statOf } from './regular-file.ts'
import { objectSource, unreadSource } from '../language/source.ts'

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
  return folders.filter(folder => filesBelow(folder, folder, new Set()).length === 0)
}

interface FixtureText {
  name: string
  path: string
  /** The folder from which it may name files. */
  root: string
  /** Undefined, with a fault, for what cannot be read. */
  text: string | undefined
  fault: string
  folder: FixtureFolder
}

/** Every fixture file below the folders, in lexical order; a single file may stand for a folder. */
async function readFolders(folders: readonly string[]): Promise<Input[]> {
  const texts = folders.flatMap(readTexts)
  const parsed = readParsed()
  const yaml = texts.every(({ text }) => text === undefined || parsed(text))
    ? undefined
    : await import('./source-text.ts')
  const read = texts.map(one => {
    const { name, text, fault } = one
    const known = text === undefined ? undefined : parsed(text)
    if (text === undefined) return { ...one, source: unreadSource(name, fault) }
    return { ...one, source: known ? parsedSource(name, known) : yaml!.textSource(name, text) }
  })
  const named = namedFiles(read.map(({ root, text = '', source: { value } }) => ({ root, text, value })))
  return read.filter(({ path }) => !named.has(resolve(path)))
}

function readTexts(root: string): FixtureText[] {
  const top = isFolder(root) ? root : dirname(root)
  const folder = folderAt(top)
  // Also of a root that is a link, or a single file: only what it leads to lies in it.
  return filesBelow(root, root, new Set()).map(path => {
    const known = { name: shown(path), path, root: top, folder }
    try {
      return { ...known, text: textOf(readInside(root, path)), fault: '' }
    } catch (error) {
      return { ...known, text: undefined, fault: reason(error) }
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
  if (fixtures.length > mostObjects)
    return [{ source: unreadSource(name, `are more than ${mostObjects.toLocaleString('en')}`), folder: noFolder }]
  return fixtures.map((fixture, index) => ({ source: objectSource(`${name}[${index}]`, fixture), folder: noFolder }))
}

const mostObjects = 100_000

/** Paths as the reader of an error knows them: from the working directory, where that is shorter. */
function shown(path: string): string {
  return isInside(process.cwd(), path) ? relative(process.cwd(), path) : path
}

/** A folder that a link leads back to is read once. What cannot be listed, or lies outside, is left to be read as a file: that says why it cannot. */
function filesBelow(path: string, root: string, seen: Set<string>): string[] {
  if (!isFolder(path) || leadsOut(root, path)) return [path]
  const real = realpathSync.native(path)
  if (seen.has(real)) return []
  seen.add(real)
  const names = namesIn(path)
  if (!names) return [path]
  return names
    .filter(name => !name.startsWith('.') && name !== 'node_modules')
    .sort()
    .map(name => join(path, name))
    .flatMap(below => (isFolder(below) || /\.(ya?ml|json)$/i.test(below) ? filesBelow(below, root, seen) : []))
}

const isFolder = (path: string) => statOf(path)?.isDirectory() ?? false

function namesIn(folder: string): string[] | undefined {
  try {
    return readdirSync(folder)
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

/** Reads files inside the folder only, each once. */
function folderAt(folder: string): FixtureFolder {
  const known = new Map<string, Buffer>()
  const read = (path: string) => {
    const content = known.get(path) ?? contentOf(folder, path)
    known.set(path, content)
    return content
  }
  return {
    bytes: path => read(path).toString('base64'),
    text(path) {
      const bytes = read(path)
      if (!isUtf8(bytes)) throw new Error(`"${path}" is not UTF-8: save it in that encoding`)
      return bytes.toString()
    },
  }
}

function contentOf(folder: string, path: string): Buffer {
  const file = resolve(folder, path)
  const stats = statOf(file)
  if (!stats || stats.isDirectory()) throw new Error(`there is no file "${path}" in the fixtures folder`)
  try {
    return readInside(folder, file)
  } catch (error) {
    throw new Error(`"${path}" ${reason(error)}`, { cause: error })
  }
}
