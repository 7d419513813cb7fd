// What a user gets from the registry: packed, installed into empty folders, used as the README says. Slow, so it stands
// outside tap: node test/package.test.mjs
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { emptyFolder, npm, packProject, project } from './tarball.mjs'

const { version } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'))
const bodyOf = text => JSON.stringify({ message: { role: 'user', parts: [{ kind: 'text', text }] } })

let packed
let home
before(() => {
  packed = packProject()
  home = emptyFolder('home')
  npm(['init', '--yes'], { cwd: home })
  npm(['install', '--engine-strict', packed.tarball], { cwd: home })
})

const counts = { passed: 0, failed: 0 }
after(() => console.log(`${counts.passed} passed, ${counts.failed} failed`))

/** A test that counts. */
function check(what, prove) {
  test(what, async t => {
    counts.failed += 1
    await prove(t)
    counts.failed -= 1
    counts.passed += 1
  })
}

const installed = (...path) => join(home, 'node_modules', 'orq-agents-mock', ...path)

/** Runs a program in the home folder; answers what it said on both streams, and its exit code. */
async function run(command, args, options = {}) {
  const child = spawn(command, args, { cwd: home, ...options })
  let [out, err] = ['', '']
  child.stdout.on('data', chunk => (out += chunk))
  child.stderr.on('data', chunk => (err += chunk))
  const [code] = await once(child, 'close')
  return { code, out, err }
}

const quiet = { ...process.env, npm_config_loglevel: 'error' }
const npx = (...args) => run('npx', ['--no-install', 'orq-agents-mock', ...args], { env: quiet })

check('the tarball holds what is needed and nothing else', () => {
  const strange = packed.files.filter(
    file =>
      !/^(dist\/[^/]+\.js|dist\/index\.d\.ts|dist\/[^/]+\.json|dist\/LICENSES\.txt|schema\/fixture\.schema\.json|fixtures\/.+)$/.test(
        file,
      ),
  )
  assert.deepEqual(strange.sort(), ['LICENSE', 'README.md', 'package.json'])
  for (const file of ['dist/bin.js', 'dist/index.js', 'dist/index.d.ts', 'schema/fixture.schema.json'])
    assert.ok(packed.files.includes(file), `${file} is missing`)
  assert.ok(packed.unpackedSize < 6 * 2 ** 20, `${packed.unpackedSize} bytes`)
})

check('every script in the tarball is one that the program or the library loads', () => {
  const reached = new Set()
  const visit = file => {
    if (reached.has(file)) return
    reached.add(file)
    const text = readFileSync(installed(file), 'utf8')
    for (const [, next] of text.matchAll(/(?:from|import\(?)\s*"(\.\/[^"]+\.js)"/g)) visit(join(dirname(file), next))
  }
  visit('dist/bin.js')
  visit('dist/index.js')
  const idle = readdirSync(installed('dist')).filter(name => name.endsWith('.js') && !reached.has(`dist/${name}`))
  assert.deepEqual(idle, [], 'leavings of an older build: dist is to be emptied before it is built')
})

check('what was bundled of others comes with its licence', () => {
  const text = readFileSync(installed('dist', 'LICENSES.txt'), 'utf8')
  for (const name of ['fastify', 'ajv', 'yaml', 'ulid', '@sinclair/typebox', 're2js'])
    assert.match(text, new RegExp(`^${name} [\\d.]+ \\((MIT|ISC)\\)\n\n[^]*?(Permission|Redistribution)`, 'm'), name)
})

check('publint has nothing to say', async () => {
  const publint = join(project, 'node_modules', '.bin', 'publint')
  const { code, out, err } = await run(publint, ['run', packed.tarball, '--strict'])
  assert.equal(code, 0, out + err)
  assert.match(out, /All good!/)
})

check('few dependencies come with it, and none runs a script when it is installed', () => {
  const { packages } = JSON.parse(readFileSync(join(home, 'package-lock.json'), 'utf8'))
  const others = Object.entries(packages).filter(([path]) => path !== '' && !path.endsWith('/orq-agents-mock'))
  assert.deepEqual(
    others.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path),
    [],
  )
  assert.ok(others.length <= 5, `${others.length}: the bundle holds what it needs, so that only types need one`)
})

check('npx runs it: --version, --help, a wrong flag', async () => {
  assert.deepEqual(await npx('--version'), { code: 0, out: `${version}\n`, err: '' })
  assert.match((await npx('--help')).out, /^orq-agents-mock \[serve\]/)
  assert.equal((await npx('--prot', '1')).code, 2)
})

check('npx checks the shipped fixtures, and those that init has written', async () => {
  assert.match((await npx('validate')).out, /^ok \S+ \(\d+ scripts for \d+ agents\)\n$/)
  assert.equal((await npx('init', 'mocks')).code, 0)
  assert.ok(existsSync(join(home, 'mocks', '.fixture.schema.json')))
  assert.match((await npx('validate', 'mocks')).out, /2 scripts for 1 agent/)
})

check('it serves the shipped fixtures, is found by healthcheck and ends with 0', async t => {
  const child = spawn(join(home, 'node_modules', '.bin', 'orq-agents-mock'), ['--port', '0'], { cwd: home })
  t.after(() => child.kill('SIGKILL'))
  const [line] = await once(child.stdout, 'data')
  const [, url] = /^ready (http:\/\/127\.0\.0\.1:\d+) \(\d+ scripts for \d+ agents\)\n$/.exec(line)
  const reply = await fetch(`${url}/v2/agents/customer_support/responses`, {
    method: 'POST',
    headers: { authorization: 'Bearer k', 'content-type': 'application/json' },
    body: bodyOf('What are your capabilities?'),
  })
  assert.equal(reply.status, 200)
  assert.deepEqual(await npx('healthcheck', '--port', new URL(url).port), { code: 0, out: 'ready\n', err: '' })
  child.kill('SIGTERM')
  assert.deepEqual(await once(child, 'close'), [0, null])
})

check('exec runs a command against it', async () => {
  const { code, out } = await npx('exec', '--', process.execPath, '-p', 'process.env.ORQ_BASE_URL')
  assert.equal(code, 0)
  assert.match(out, /^http:\/\/127\.0\.0\.1:\d+\n$/)
})

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

// Node loads ES modules with require from 20.19 and 22.12 on, without a flag. Only 22.12 warns that this is new;
// --disable-warning=ExperimentalWarning silences it there.
check('require works, without a flag and without a warning', async () => {
  writeFileSync(join(home, 'use.cjs'), `const { FixtureError, startMock } = require('orq-agents-mock')\n${usingIt}`)
  const flags = process.version.startsWith('v22.12.') ? ['--disable-warning=ExperimentalWarning'] : []
  assert.deepEqual(await run(process.execPath, [...flags, 'use.cjs']), { code: 0, out: 'used\n', err: '' })
})

check('package.json can be reached, and what is not exported cannot', async () => {
  const evaluate = code => run(process.execPath, ['--print', code])
  assert.equal((await evaluate(`require('orq-agents-mock/package.json').version`)).out, `${version}\n`)
  assert.match((await evaluate(`require('orq-agents-mock/dist/bin.js')`)).err, /ERR_PACKAGE_PATH_NOT_EXPORTED/)
})

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

for (const { what, file, options } of [
  { what: 'an ES module', file: 'use.ts', options: { module: 'nodenext' } },
  { what: 'a CommonJS module', file: 'use.cts', options: { module: 'nodenext' } },
  { what: 'a bundled app', file: 'use.ts', options: { module: 'esnext', moduleResolution: 'bundler' } },
]) {
  check(`the types are there for ${what}, and every declaration file is checked`, async () => {
    const folder = join(home, `types-${what.replaceAll(' ', '-')}`)
    mkdirSync(folder)
    const strict = { strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true }
    const compilerOptions = {
      ...strict,
      ...options,
      target: 'es2022',
      lib: ['es2023'],
      types: [],
      noEmit: true,
      skipLibCheck: false,
    }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [file] }))
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }))
    writeFileSync(join(folder, file), consumer)
    const tsc = join(project, 'node_modules', 'typescript', 'bin', 'tsc')
    const { out } = await run(process.execPath, [tsc, '-p', folder, '--pretty', 'false'])
    assert.deepEqual(linesIn(out, file), linesRefused)
  })
}

check('the declarations export as values only what is one', () => {
  const code = `import * as all from 'orq-agents-mock'; console.log(Object.keys(all).sort().join())`
  const names = execFileSync(process.execPath, ['--input-type=module', '-e', code], { cwd: home, encoding: 'utf8' })
  assert.equal(names, 'FixtureError,startMock\n')
  const [, exported] = /\nexport \{([^}]*)\};/.exec(readFileSync(installed('dist', 'index.d.ts'), 'utf8')) ?? []
  const values = exported
    .split(',')
    .map(name => name.trim())
    .filter(name => !name.startsWith('type '))
  assert.deepEqual(values.sort(), ['FixtureError', 'startMock'])
})
