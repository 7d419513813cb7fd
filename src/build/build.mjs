// npm run build: node src/build/build.mjs DIST
import { execFileSync } from 'node:child_process'
import { cpSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { billOfMaterials } from './bill-of-materials.mjs'
import { licences } from './licences.mjs'
import { packagesIn } from './packages.mjs'

const source = name => fileURLToPath(new URL(name, import.meta.url))
const dist = resolve(process.argv[2])
const common = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  mainFields: ['module', 'main'],
  preserveSymlinks: true,
  logLevel: 'warning',
}

rmSync(dist, { recursive: true, force: true })

const { metafile } = await build({
  ...common,
  entryPoints: [source('everything.ts')],
  outfile: join(dist, 'mock.cjs'),
  format: 'cjs',
  metafile: true,
  define: { 'import.meta.url': 'mockUrl' },
  banner: { js: `'use strict'\nconst mockUrl = require('node:url').pathToFileURL(__filename).href` },
})
cpSync(source('doors'), dist, { recursive: true })

const packages = packagesIn(metafile)
writeFileSync(join(dist, 'LICENSES.txt'), licences(packages))
writeFileSync(join(dist, 'sbom.cdx.json'), billOfMaterials(packages))

// Run from there, since it finds the fixtures as the mock does: beside the folder that it lies in.
const parser = join(dist, 'parse-fixtures.mjs')
await build({
  ...common,
  entryPoints: [source('parse-fixtures.ts')],
  outfile: parser,
  format: 'esm',
  packages: 'external',
})
execFileSync(process.execPath, [parser], { stdio: 'inherit' })
rmSync(parser)
