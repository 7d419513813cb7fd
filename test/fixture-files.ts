import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { readFixtures } from '../src/loading/folder.ts'
import { loadScripts } from '../src/loading/load.ts'
import type { FixtureFile } from '../src/language/shape.ts'

export const shipped = join(import.meta.dirname, '../fixtures')
export const files = readdirSync(shipped).filter(name => /\.(ya?ml|json)$/.test(name))
export const parsed = files.map(name => parse(readFileSync(join(shipped, name), 'utf8')) as FixtureFile)

export const load = async (...fixtures: (string | object)[]) => loadScripts(await readFixtures(fixtures))
