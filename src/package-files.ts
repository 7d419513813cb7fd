import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** What lies beside the code in the package: one folder up from `src`, and from `dist` as well. */
const beside = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url))

/** The fixtures that play when no others are given. */
export const shippedFixtures = beside('fixtures')

export const shippedSchema = beside('schema/fixture.schema.json')

export function packageVersion(): string {
  return (JSON.parse(readFileSync(beside('package.json'), 'utf8')) as { version: string }).version
}
