import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** What lies beside the code in the package: one folder up from `src`, and from `dist` as well. */
const beside = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url))

/** The fixtures that play when no others are given. */
export const shippedFixtures = beside('fixtures')

export const shippedSchema = beside('schema/fixture.schema.json')

/** Beside the bundle: what `npm run build` has parsed beforehand. */
export const parsedBeforehand = fileURLToPath(new URL('./parsed.json', import.meta.url))

export function packageVersion(): string {
  return (JSON.parse(readFileSync(beside('package.json'), 'utf8')) as { version: string }).version
}
