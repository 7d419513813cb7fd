import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { roots } from '../src/language/placeholders.ts'
import { fixtureSchema } from '../src/language/editor-schema.ts'

const file = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
const map = file('ARCHITECTURE.md')
const readme = file('README.md')

interface Schema {
  properties: Record<string, Schema>
  items: Schema
  anyOf: Schema[]
  title: string
  $defs: Record<string, Schema>
}
const schema = fixtureSchema() as Schema
const script = schema.properties['scripts']!.items.properties
const steps = schema.$defs['steps']!.items.anyOf.map(({ title }) => title)

t.test('the map has every room of src, and no other', async t => {
  const entries = readdirSync(new URL('../src', import.meta.url), { withFileTypes: true })
  const rooms = entries.filter(entry => entry.isDirectory()).map(({ name }) => name)
  const cells = map.split('\n').flatMap(line => /^\| (`[^|]+`)/.exec(line)?.[1] ?? [])
  const named = Array.from(cells.join(' ').matchAll(/`([\w-]+)`/g), ([, name]) => name!)
  t.strictSame(named.sort(), rooms.sort())
})

t.test('every file that the map names is there', async t => {
  for (const [, path] of map.matchAll(/`((?:[\w-]+\/)+[\w.-]+\.(?:ts|mjs))`/g))
    t.ok(file(path!.startsWith('test/') ? path! : `src/${path}`).length > 0, path!)
})

/** Of each thing that grows, its names, and the files that the map says it touches: outside them, none of ours knows a name. */
const grown: Record<string, [names: readonly string[], pattern: (name: string) => RegExp, touched: string[]]> = {
  'a kind of step': [
    steps,
    name => new RegExp(`^ {2}${name === 'file' || name === 'data' ? 'part' : name}(?::|,|\\()`, 'm'),
    ['src/run/play.ts'],
  ],
  'a kind of step, compiled': [steps, name => new RegExp(`^ {2}${name}:`, 'm'), ['src/script/compile-steps.ts']],
  'a placeholder': [roots, name => new RegExp(`^ {2}'?${name}'?[:,]`, 'm'), ['src/language/placeholders.ts']],
  'a placeholder, looked up': [roots, name => new RegExp(`^ {2}${name}:`, 'm'), ['src/run/lookup.ts']],
}
for (const [what, [names, pattern, touched]] of Object.entries(grown))
  t.test(`${what} stands by its name where the map says`, async t => {
    for (const path of touched) {
      const text = file(path).replace(/'(\w+)',/g, '$1,')
      for (const name of names) t.match(text, pattern(name), `${name} in ${path}`)
    }
  })

t.test('the README describes every word of the language', async t => {
  const rowOf = (name: string) => new RegExp(`^\\|[^|]*\`${name}(?:[:\`]| )`, 'm')
  for (const key of Object.keys(script)) t.match(readme, rowOf(key), `key ${key}`)
  for (const step of steps) t.match(readme, rowOf(step), `step ${step}`)
  for (const criterion of Object.keys(script['when']!.properties))
    t.match(readme, new RegExp(`^\\|.*\`${criterion}[:\`]`, 'm'), `criterion ${criterion}`)
  for (const root of roots) t.ok(readme.includes(`{{${root}`), `placeholder ${root}`)
})
