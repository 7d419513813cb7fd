import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { project } from '../tarball.mjs'
import { check, home, run, tool } from './home.mjs'

const consumer = readFileSync(join(project, 'test', 'types', 'consumer.ts.txt'), 'utf8')

const linesRefused = consumer.split('\n').flatMap((line, index) => (line.endsWith('// refused') ? [index + 1] : []))

/** The lines of a file that the compiler refuses; whatever else it says stays as it is. */
const linesIn = (said, file) => [
  ...new Set(
    said
      .split('\n')
      .filter(line => /^\S/.test(line))
      .map(line => (line.includes(`${file}(`) ? Number(/\((\d+),/.exec(line)[1]) : line)),
  ),
]

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
    const { out } = await run(tool('tsc'), ['-p', folder, '--pretty', 'false'])
    assert.deepEqual(linesIn(out, file), linesRefused)
  })
