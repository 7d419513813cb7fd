import { closeSync, constants, fstatSync, openSync, readFileSync, realpathSync, statSync, type Stats } from 'node:fs'
import nodePath, { type PlatformPath } from 'node:path'

const largestMegabytes = 20
const largestBytes = largestMegabytes * 1024 * 1024

/** Whether a path is a folder or lies in it. On Windows, another drive has no relative path. */
export function isInside(folder: string, path: string, ways: PlatformPath = nodePath): boolean {
  const within = ways.relative(folder, path)
  return within !== '..' && !within.startsWith(`..${ways.sep}`) && !ways.isAbsolute(within)
}

/** Whether something that is there, links followed, lies outside the folder. */
export function leadsOut(folder: string, path: string): boolean {
  const [real, realFolder] = [realOf(path), realOf(folder)]
  return real !== undefined && realFolder !== undefined && !isInside(realFolder, real)
}

function realOf(path: string): string | undefined {
  try {
    return realpathSync.native(path)
  } catch {
    return undefined
  }
}

/** Undefined for what is not there, or leads in a circle. */
export function statOf(path: string): Stats | undefined {
  try {
    return statSync(path)
  } catch {
    return undefined
  }
}

/**
 * The content of a file in the folder, links followed. Whatever else is there is not opened, since that alone may wait
 * for ever. Throws an error whose message says what the file is not.
 */
export function readInside(folder: string, file: string): Buffer {
  const stats = statSync(file)
  if (leadsOut(folder, file)) throw new Error('lies outside the fixtures folder')
  // Of a folder, opening it says whether it may be read at all.
  if (!stats.isDirectory()) demandRegular(stats)
  // What stands there may have changed meanwhile.
  const descriptor = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    demandRegular(fstatSync(descriptor))
    return readFileSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function demandRegular(stats: Stats): void {
  if (!stats.isFile()) throw new Error(`is ${kindOf(stats)}, not a file`)
  if (stats.size > largestBytes) throw new Error(`is larger than ${largestMegabytes} MB`)
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return 'a folder'
  if (stats.isFIFO()) return 'a pipe'
  return stats.isSocket() ? 'a socket' : 'a device'
}
