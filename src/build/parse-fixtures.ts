import { readFileSync, writeFileSync } from 'node:fs'
import { parsedBeforehand, shippedFixtures } from '../package-files.ts'
import { readFixtures } from '../loading/folder.ts'
import { loadScripts } from '../loading/load.ts'
import { keyOf, type Parsed } from '../loading/parsed.ts'
import type { FixtureFile } from '../language/shape.ts'

/** A step of the build: parses the shipped fixtures, which must be without faults, for `script/parsed.ts`. */
const inputs = await readFixtures([shippedFixtures])
await loadScripts(inputs)
const parsed = inputs.map(({ source }): [string, Parsed] => {
  const { scripts } = source.value as FixtureFile
  const lines = scripts.map((_, index) => Number(source.place(['scripts', index]).split(':').at(-1)))
  return [keyOf(readFileSync(source.name, 'utf8')), { value: source.value, lines }]
})
writeFileSync(parsedBeforehand, JSON.stringify(Object.fromEntries(parsed)))
