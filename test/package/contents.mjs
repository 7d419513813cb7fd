import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { check, home, packed, run, tool } from './home.mjs'

const built = [
  'LICENSES.txt',
  'bin.js',
  'index.cjs',
  'index.d.cts',
  'index.d.ts',
  'index.js',
  'mock.cjs',
  'parsed.json',
  'sbom.cdx.json',
]

check('the tarball holds what is needed and nothing else, such as leavings of an older build', () => {
  const files = packed.files.filter(file => !file.startsWith('fixtures/'))
  const needed = ['LICENSE', 'README.md', 'package.json', 'schema/fixture.schema.json']
  assert.deepEqual(files.sort(), [...needed, ...built.map(file => `dist/${file}`)].sort())
  assert.ok(packed.unpackedSize < 6 * 2 ** 20, `${packed.unpackedSize} bytes`)
})

check('publint has nothing to say', async () => {
  const { code, out, err } = await run(tool('publint'), ['run', packed.tarball, '--strict'])
  assert.equal(code, 0, out + err)
  assert.match(out, /All good!/)
})

check('are the types wrong? They are not, for whichever resolution', async () => {
  const { code, out, err } = await run(tool('attw'), [packed.tarball, '--format', 'table-flipped', '--no-color'])
  assert.equal(code, 0, out + err)
})

check('nothing that comes with it runs a script when it is installed', () => {
  const { packages } = JSON.parse(readFileSync(join(home, 'package-lock.json'), 'utf8'))
  const scripted = Object.entries(packages).filter(([, { hasInstallScript }]) => hasInstallScript)
  assert.deepEqual(
    scripted.map(([path]) => path),
    [],
  )
})
