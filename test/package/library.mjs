import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { emptyFolder, npm } from '../tarball.mjs'
import { bodyOf, check, home, packed, run, textOf, version } from './home.mjs'

const usingIt = `
const fixtures = { agent: 'a', scripts: [{ name: 'b', when: { text: { matches: '^c' } }, steps: [{ say: 'Hello' }] }] }
startMock({ fixtures })
  .then(async mock => {
    const headers = { authorization: 'Bearer k', 'content-type': 'application/json' }
    await fetch(mock.url + '/v2/agents/a/responses', { method: 'POST', headers, body: '${bodyOf('c')}' })
    await mock.as('k').verify([{ script: 'b', count: 1 }])
    await mock.close()
    return startMock({ fixtures: './none' })
  })
  .catch(error => console.log(error instanceof FixtureError ? 'used' : error))
`

check('import works', async () => {
  writeFileSync(join(home, 'use.mjs'), `import { FixtureError, startMock } from 'orq-agents-mock'\n${usingIt}`)
  assert.deepEqual(await run(process.execPath, ['use.mjs']), { code: 0, out: 'used\n', err: '' })
})

check('require works, without a flag and without a warning', async () => {
  writeFileSync(join(home, 'use.cjs'), `const { FixtureError, startMock } = require('orq-agents-mock')\n${usingIt}`)
  assert.deepEqual(await run(process.execPath, ['use.cjs']), { code: 0, out: 'used\n', err: '' })
})

check('import and require give the same, so that a FixtureError of one is one of the other', async () => {
  const text = `import { createRequire } from 'node:module'
    import * as all from 'orq-agents-mock'
    const again = createRequire(import.meta.url)('orq-agents-mock')
    console.log(Object.keys(all).sort().join(), Object.keys(all).every(name => all[name] === again[name]))`
  writeFileSync(join(home, 'twice.mjs'), text)
  const { out } = await run(process.execPath, ['twice.mjs'])
  assert.equal(out, 'FixtureError,startMock true\n')
})

const jestTest = `
const { FixtureError, startMock } = require('orq-agents-mock')
const fixtures = { agent: 'a', scripts: [{ name: 'b', when: { text: { matches: '^c' } }, steps: [{ say: 'Hello' }] }] }

test('a test in CommonJS starts it and asks it', async () => {
  const mock = await startMock({ fixtures })
  const headers = { authorization: 'Bearer k', 'content-type': 'application/json' }
  const reply = await fetch(mock.url + '/v2/agents/a/responses', { method: 'POST', headers, body: '${bodyOf('c')}' })
  expect((await reply.json()).output[0].parts[0].text).toBe('Hello')
  await mock.as('k').verify([{ script: 'b', count: 1 }])
  await mock.close()
  await expect(startMock({ fixtures: './none' })).rejects.toThrow(FixtureError)
})
`

check('Jest 30 runs it as it comes, without any configuration', async () => {
  const cwd = emptyFolder('jest')
  npm(['init', '--yes'], { cwd })
  npm(['install', 'jest@30', packed.tarball], { cwd })
  writeFileSync(join(cwd, 'mock.test.js'), jestTest)
  const { code, err } = await run(process.execPath, ['node_modules/jest/bin/jest.js'], { cwd })
  assert.equal(code, 0, err)
  assert.match(err, /1 passed, 1 total/)
})

check('package.json can be reached, and what is not exported cannot', async () => {
  const evaluate = code => run(process.execPath, ['--print', code])
  assert.equal((await evaluate(`require('orq-agents-mock/package.json').version`)).out, `${version}\n`)
  assert.match((await evaluate(`require('orq-agents-mock/dist/bin.js')`)).err, /ERR_PACKAGE_PATH_NOT_EXPORTED/)
})

for (const file of ['index.d.ts', 'index.d.cts'])
  check(`${file} exports as values only what is one`, () => {
    const [, exported] = /\nexport \{([^}]*)\};/.exec(textOf('dist', file)) ?? []
    const names = exported.split(',').map(name => name.trim())
    assert.deepEqual(names.filter(name => !name.startsWith('type ')).sort(), ['FixtureError', 'startMock'])
  })
