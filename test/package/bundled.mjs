// What was bundled of others is told in three places, which agree: package.json, LICENSES.txt and the bill of materials.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import { project } from '../tarball.mjs'
import { check, dependencies, textOf, version } from './home.mjs'

const { packages: locked } = JSON.parse(readFileSync(join(project, 'package-lock.json'), 'utf8'))
const bill = JSON.parse(textOf('dist', 'sbom.cdx.json'))
const named = ({ name, version }) => `${name} ${version}`
const told = bill.components.map(named).sort()

/** esbuild writes above each file where it came from. */
const origins = textOf('dist', 'mock.cjs').matchAll(
  /^ *\/\/ (node_modules\/(?:[^/\n]+\/)*?)((?:@[^/\n]+\/)?[^/\n@]+)\/[^\n]*$/gm,
)
const paths = Array.from(origins, ([line]) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(line.trim().slice(3))[0])
const bundled = new Set(
  paths.map(path => named({ name: path.split('node_modules/').at(-1), version: locked[path].version })),
)

/** Declared for its types alone. */
const typesOnly = '@fastify/type-provider-typebox'

check('the bill of materials names what was bundled', () => {
  assert.ok(told.length > 40, told.join())
  assert.deepEqual(told, [...bundled].sort())
})

check('the licences are of what was bundled, each with its text', () => {
  const entries = textOf('dist', 'LICENSES.txt').split(/\n-{80}\n\n/)
  for (const entry of entries)
    assert.match(entry, /^\S+ [\d.]+ \(\S+\)\n\n[^]*?(Permission|Redistribution|The package brings no more\.$)/m)
  assert.deepEqual(entries.map(entry => /^\S+ \S+/.exec(entry)[0]).sort(), told)
})

check('every dependency is declared in the very version that was bundled', () => {
  for (const [name, version] of Object.entries(dependencies).filter(([name]) => name !== typesOnly))
    assert.ok(bundled.has(`${name} ${version}`), `${name} ${version} is declared, and bundled is another or none`)
})

check('what was bundled is a dependency, or the dependency of one', () => {
  const needs = new Map(bill.dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]))
  const own = bill.metadata.component
  assert.equal(named(own), `orq-agents-mock ${version}`)
  const declared = Object.keys(dependencies).filter(name => name !== typesOnly)
  assert.deepEqual(
    needs.get(own['bom-ref']).map(ref => decodeURIComponent(ref.slice('pkg:npm/'.length, ref.lastIndexOf('@')))),
    declared,
  )
  const reached = new Set()
  const visit = ref => reached.has(ref) || (reached.add(ref), needs.get(ref).forEach(visit))
  visit(own['bom-ref'])
  assert.deepEqual(
    bill.components.map(one => one.purl).filter(purl => !reached.has(purl)),
    [],
  )
})

check('the bill of materials is valid CycloneDX 1.5', () => {
  const library = dirname(createRequire(import.meta.url).resolve('@cyclonedx/cyclonedx-library/package.json'))
  const schema = name =>
    JSON.parse(readFileSync(join(library, 'res', 'schema', `${name}.SNAPSHOT.schema.json`), 'utf8'))
  const ajv = new Ajv({ strict: false, formats: { 'iri-reference': true, 'idn-email': true } })
  addFormats.default(ajv)
  ajv.addSchema(schema('spdx'), 'http://cyclonedx.org/schema/spdx.SNAPSHOT.schema.json')
  ajv.addSchema(schema('jsf-0.82'), 'http://cyclonedx.org/schema/jsf-0.82.SNAPSHOT.schema.json')
  const valid = ajv.compile(schema('bom-1.5'))
  assert.ok(valid(bill), JSON.stringify(valid.errors, null, 2))
})
