import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import t from 'tap'
import { fixtureSchema } from '../src/language/editor-schema.ts'
import { roots } from '../src/language/placeholders.ts'
import { stepLists } from '../src/language/step-lists.ts'
import { files, load, parsed, shipped } from './fixture-files.ts'

interface Schema {
  $defs?: Record<string, Schema>
  title?: string
  items?: Schema
  properties?: Record<string, Schema>
  anyOf?: Schema[]
}

const variants = (schema: Schema | undefined) =>
  schema!.anyOf!.flatMap(({ properties = {} }) => Object.keys(properties))
const asObject = (value: unknown) => (typeof value === 'object' && value !== null ? value : {})

t.test('the shipped fixtures show every word of the language', async t => {
  const scripts = parsed.flatMap(({ scripts }) => scripts)
  const steps = scripts.flatMap(script => stepLists(script, [])).flatMap(({ steps }) => steps)
  const shown = (of: readonly object[]) => new Set(of.flatMap(Object.keys))
  const { $defs, properties } = fixtureSchema() as Schema
  const item = properties!['scripts']!.items!.properties!
  const when = scripts.map(({ when = {} }) => when)

  const { anyOf: kinds } = $defs!['steps']!.items!
  const language: [what: string, words: string[], shown: Set<string>][] = [
    ['step', kinds!.map(({ title }) => title!), shown(steps)],
    ['criterion', Object.keys(item['when']!.properties!), shown(when)],
    [
      'key of a script',
      Object.keys(item),
      shown([...scripts, ...parsed.filter(file => file.model).map(() => ({ model: 1 }))]),
    ],
    [
      'kind of text criterion',
      variants(item['when']!.properties!['text']),
      shown(when.map(({ text }) => asObject(text))),
    ],
    ['kind of file', ['uri', 'bytes', 'path'], shown(steps.map(step => ('file' in step ? step.file : {})))],
    [
      'key of a review',
      ['approved', 'rejected', 'outcome', 'arguments', 'takes'],
      shown(steps.filter(step => 'review' in step)),
    ],
    ['key of a tool', ['arguments', 'result', 'error', 'takes'], shown(steps.filter(step => 'tool' in step))],
    ['key of a call', ['arguments', 'arguments_text', 'id'], shown(steps.filter(step => 'call' in step))],
    ['key of a cut', ['after_chunks'], shown(steps.filter(step => 'cut' in step))],
    [
      'key of a message',
      ['role', 'parts', 'metadata'],
      shown(steps.map(step => ('message' in step ? step.message : {}))),
    ],
  ]
  for (const [what, words, seen] of language) for (const word of words) t.ok(seen.has(word), `${what} ${word}`)

  const text = files.map(name => readFileSync(join(shipped, name), 'utf8')).join('')
  for (const root of roots) t.match(text, `{{${root}`, `placeholder ${root}`)
})

/** What is loaded, but for functions and lines; JSON files by the name they would have as YAML. */
const facts = (scripts: readonly object[], folder: string) => {
  const text = JSON.stringify(scripts, (key, value: unknown) => (key === 'place' ? undefined : value))
  return JSON.parse(text.replaceAll(relative(process.cwd(), folder), 'folder').replaceAll('.json', '.yaml')) as unknown
}

t.test('the same content loads the same as YAML and as JSON', async t => {
  const dir = t.testdir({})
  cpSync(shipped, dir, { recursive: true })
  for (const [index, name] of files.entries()) {
    rmSync(join(dir, name))
    const indent = [undefined, 2, '\t'][index % 3]
    writeFileSync(join(dir, name.replace(/yaml$/, 'json')), JSON.stringify(parsed[index], null, indent))
  }
  t.strictSame(facts(await load(dir), dir), facts(await load(shipped), shipped))
})
