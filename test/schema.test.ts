import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import t from 'tap'
import { parse } from 'yaml'
import { fixtureSchema } from '../src/language/editor-schema.ts'

const shipped = new URL('../schema/fixture.schema.json', import.meta.url)
const fixtures = new URL('../fixtures/', import.meta.url)
const faulty = new URL('./faults/', import.meta.url)

if (process.env['UPDATE_SCHEMA']) writeFileSync(shipped, `${JSON.stringify(fixtureSchema(), null, 2)}\n`)

const schema = JSON.parse(readFileSync(shipped, 'utf8')) as Record<string, unknown>
const accepts = new Ajv2020({ allErrors: true, strict: false, discriminator: true }).compile(schema)

t.test('the shipped schema is the one that fixtures are checked by (else: UPDATE_SCHEMA=1 npm test)', async t => {
  t.strictSame(schema, fixtureSchema())
})

const yamlIn = (folder: URL) => readdirSync(folder).filter(name => /\.ya?ml$/.test(name))

for (const name of yamlIn(fixtures)) {
  t.test(`an editor finds nothing wrong in ${name}, which names the schema`, async t => {
    const text = readFileSync(new URL(name, fixtures), 'utf8')
    t.ok(accepts(parse(text)), JSON.stringify(accepts.errors))
    t.ok(text.startsWith('# yaml-language-server: $schema=../schema/fixture.schema.json\n'))
  })
}

for (const name of yamlIn(faulty).filter(one => one.startsWith('shape-'))) {
  t.test(`an editor marks ${name}, as the mock does`, async t => {
    t.notOk(accepts(parse(readFileSync(new URL(name, faulty), 'utf8'))))
  })
}

t.test('every step and every key that an editor can offer says what it is for', async t => {
  const { steps } = schema['$defs'] as { steps: { items: { anyOf: { title?: string; description?: string }[] } } }
  for (const { title, description } of steps.items.anyOf) t.ok(title && description, `${title}`)
  const { scripts } = schema['properties'] as {
    scripts: { items: { properties: Record<string, { description?: string; $ref?: string; title?: string }> } }
  }
  for (const [key, value] of Object.entries(scripts.items.properties)) t.ok(value.description ?? value.title, key)
})
