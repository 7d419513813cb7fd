import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const src = fileURLToPath(new URL('../src/', import.meta.url))

/** From the ground up: a file may import from its own row and from the rows before it. */
const layers = [
  [
    'contract',
    'clock.ts',
    'json-text.ts',
    'problem.ts',
    'log.ts',
    'package-files.ts',
    'listen.ts',
    'spelling.ts',
    'shown-header.ts',
    'iso-time.ts',
  ],
  ['language', 'task'],
  ['criteria'],
  ['script'],
  ['matching', 'run'],
  ['loading'],
  ['workspace'],
  ['options'],
  ['http'],
  ['v2', 'v3'],
  ['admin'],
  ['server.ts'],
  ['index.ts', 'cli'],
  ['build'],
]

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.ts'))
const roomOf = (file: string) => file.split('/')[0]!
const layerOf = (file: string) => layers.findIndex(row => row.includes(roomOf(file)))

function importsOf(file: string): string[] {
  const text = readFileSync(join(src, file), 'utf8')
  const specifiers = Array.from(text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g), ([, specifier]) => specifier!)
  return specifiers.map(specifier => normalize(join(dirname(file), specifier)))
}

t.test('every file has its room', async t => {
  for (const file of files) t.ok(layerOf(file) >= 0, file)
})

for (const file of files) {
  t.test(`${file} imports from below only`, async t => {
    for (const imported of importsOf(file)) {
      const [own, other] = [layerOf(file), layerOf(imported)]
      t.ok(other < own || (other === own && roomOf(file) === roomOf(imported)) || own === layers.length - 1, imported)
    }
  })
}

t.test('the contract imports nothing of ours', async t => {
  const outside = files
    .filter(file => file.startsWith('contract/'))
    .flatMap(importsOf)
    .filter(file => !file.startsWith('contract/'))
  t.strictSame(outside, [])
})

t.test('task, script and run know nothing of the version 2 wire: no URL, no field of its own', async t => {
  const words = /\/v2\/|task_id|finish_reason|pending_tool_calls|created_at|response\.(started|done)|finishReason/
  for (const file of files.filter(one => /^(task|criteria|script|matching|loading|run)\//.test(one)))
    t.notMatch(readFileSync(join(src, file), 'utf8'), words, file)
})
