#!/usr/bin/env node
// Does our contract still say what the vendor's published document says? Compares the two operations, field by field.
// Exit codes: 0 no undocumented difference, 1 some, 2 nothing could be compared.
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { report } from './report.mjs'
import { Unusable } from './shapes.mjs'

const built = new URL('../../dist/index.js', import.meta.url)
const documented = new URL('documented.json', import.meta.url)

async function main(paths) {
  if (paths.length !== 1) throw new Unusable('Name one file: npm run drift -- path/to/openapi.json')
  const vendor = parse(paths[0], await read(paths[0]))
  const { clean, text } = report(vendor, await ourDocument(), JSON.parse(await readFile(documented, 'utf8')))
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
