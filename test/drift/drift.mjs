#!/usr/bin/env node
// Does our contract still say what the vendor's published document says? Compares the two operations, field by field.
// Exit codes: 0 no undocumented difference, 1 some, 2 nothing could be compared.
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { apiOf } from './flatten.mjs'
import { report } from './report.mjs'
import { Unusable } from './shapes.mjs'

const built = new URL('../../dist/index.js', import.meta.url)

/** The differences that we know, of each API. */
const documented = { v2: 'documented.json', v3: 'documented-v3.json' }

async function main(paths) {
  if (paths.length !== 1) throw new Unusable('Name one file: npm run drift -- path/to/openapi.json')
  const vendor = parse(paths[0], await read(paths[0]))
  const known = await readFile(new URL(documented[apiOf(vendor)], import.meta.url), 'utf8')
  const { clean, text } = report(vendor, await ourDocument(), JSON.parse(known))
  process.stdout.write(text)
  return clean ? 0 : 1
}

async function read(path) {
  return readFile(path, 'utf8').catch(error => {
    throw new Unusable(`${path} cannot be read: ${error.message}`)
  })
}

function parse(path, text) {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Unusable(`${path} is not JSON: ${error.message}`)
  }
}

/** As a mock serves it, so that it is what users get. */
async function ourDocument() {
  if (!existsSync(built)) throw new Unusable('dist/index.js is missing: run `npm run build` first.')
  const { startMock } = await import(built)
  const mock = await startMock()
  try {
    return await (await fetch(`${mock.url}/__admin/openapi.json`)).json()
  } finally {
    await mock.close()
  }
}

main(process.argv.slice(2)).then(
  code => (process.exitCode = code),
  error => {
    process.stderr.write(`${error instanceof Unusable ? error.message : error.stack}\n`)
    process.exitCode = 2
  },
)
