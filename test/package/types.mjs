import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { check, home, run, tool } from './home.mjs'

const consumer = `
import { FixtureError, startMock, type Expectation, type Fixture, type JournalEntry, type Mock } from 'orq-agents-mock'

const fixture: Fixture = {
  agent: 'support',
  pace: { first: '300ms' },
  scripts: [
    { name: 'one', when: { text: { matches: '^a' } }, steps: [{ say: 'Hello' }, { call: 'tool', arguments: { a: 1 } }] },
    { name: 'two', after: 'one', hold: { polls: 2 }, attempts: [{ http: { status: 429 } }, { steps: [{ fail: 'x' }] }] },
    { name: 'three', steps: [{ review: 'pay', outcome: 'rejected', rejected: [{ say: 'No' }] }] },
  ],
}
// @ts-expect-error -- a misspelt key
export const misspelt: Fixture = { scripts: [{ nmae: 'one', steps: [] }] }
// @ts-expect-error -- a step that is none
export const noStep: Fixture = { scripts: [{ name: 'one', steps: [{ sing: 'la' }] }] }
// @ts-expect-error -- an option that is none
export const stray = () => startMock({ prot: 1 })

export async function use(): Promise<string[]> {
  const mock: Mock = await startMock({ fixtures: ['./fixtures', fixture], clock: 'manual', hold: 'manual', pace: 'instant' })
  const expected: Expectation[] = [{ script: 'one', count: 1 }]
  await mock.as('key').verify(expected, { ordered: true })
  mock.advance(1000)
  mock.as('key').reset()
  const entries: JournalEntry[] = mock.requests()
  await mock.close()
  return entries.map(({ number, script }) => \`\${number.toFixed()} \${script?.toUpperCase()}\`)
}

export const faultsOf = (error: unknown): string[] => (error instanceof FixtureError ? error.faults.map(({ place }) => place) : [])
`

const node16 = { module: 'node16' }
const nodenext = { module: 'nodenext' }
const bundler = { module: 'esnext', moduleResolution: 'bundler' }
const preserve = { module: 'preserve', moduleResolution: 'bundler' }
for (const { what, file, options } of [
  { what: 'an ES module, node16', file: 'use.mts', options: node16 },
  { what: 'a CommonJS module, node16', file: 'use.cts', options: node16 },
  { what: 'an ES module, nodenext', file: 'use.mts', options: nodenext },
  { what: 'a CommonJS module, nodenext', file: 'use.cts', options: nodenext },
  { what: 'an ES module, bundler', file: 'use.mts', options: bundler },
  { what: 'a CommonJS module, bundler', file: 'use.cts', options: preserve },
])
  check(`the types are there for ${what}, and every declaration file is checked`, async () => {
    const folder = join(home, `types-${what.replaceAll(/\W+/g, '-')}`)
    mkdirSync(folder)
    const strict = { strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true }
    const rest = { target: 'es2022', lib: ['es2023'], types: [], noEmit: true, skipLibCheck: false }
    const compilerOptions = { ...strict, ...options, ...rest }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [file] }))
    writeFileSync(join(folder, file), consumer)
    assert.deepEqual(await run(tool('tsc'), ['-p', folder]), { code: 0, out: '', err: '' })
  })
