import { execFileSync } from 'node:child_process'
import { mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join, posix, win32 } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { FixtureError } from '../src/language/fault.ts'
import { isInside } from '../src/loading/regular-file.ts'
import { load } from './fixture-files.ts'
import { start } from './kit.ts'

const hello = 'scripts: [ { name: hello, steps: [ { say: Hello. } ] } ]\n'
const naming = (path: string) => `scripts: [ { name: names, steps: [ { file: { path: ${path} } } ] } ]\n`

/** What is told of fixtures; undefined where nothing is wrong with them. */
async function told(...fixtures: string[]): Promise<string | undefined> {
  try {
    await load(...fixtures)
    return undefined
  } catch (error) {
    if (error instanceof FixtureError) return error.message
    throw error
  }
}

/** A folder with a fixture and, outside of it, a secret. */
const folders = (t: Test) => {
  const dir = t.testdir({
    'secret.yaml': 'token: s3cret\n',
    other: { 'o.yaml': 'token: s3cret\n' },
    in: { 'a.yaml': hello },
  })
  return { dir, root: join(dir, 'in'), at: (name: string) => join(dir, 'in', name) }
}

/** Makes, at a path, what is there but is no file of the folder; with what is said of it. */
const strange: Record<string, [make: (path: string, dir: string, t: Test) => unknown, says: string]> = {
  'a pipe': [path => execFileSync('mkfifo', [path]), 'is a pipe, not a file'],
  'a socket': [(path, _, t) => listening(path, t), 'is a socket, not a file'],
  'a link to a device': [path => symlinkSync('/dev/zero', path), 'lies outside the fixtures folder'],
  'a link to a file outside': [
    (path, dir) => symlinkSync(join(dir, 'secret.yaml'), path),
    'lies outside the fixtures folder',
  ],
  'a link to a folder outside': [
    (path, dir) => symlinkSync(join(dir, 'other'), path),
    'lies outside the fixtures folder',
  ],
  'a link to nothing': [path => symlinkSync('nothing', path), 'there is no such file or folder'],
  'a link to itself': [path => symlinkSync(path, path), 'ELOOP'],
  'a huge file': [path => (writeFileSync(path, ''), truncateSync(path, 21 * 1024 * 1024)), 'is larger than 20 MB'],
}

async function listening(path: string, t: Test): Promise<void> {
  const server = createServer()
  t.teardown(() => server.close())
  // A socket's path has to be short.
  process.chdir(join(path, '..'))
  await new Promise<void>(done => server.listen('x.yaml', done))
}

const skip = process.platform === 'win32' ? 'pipes and links are of Unix' : false
const here = process.cwd()
t.afterEach(() => process.chdir(here))

for (const [what, [make, says]] of Object.entries(strange)) {
  t.test(`${what} is not read as a fixture, and a fault names it`, { skip }, async t => {
    const { dir, root, at } = folders(t)
    await make(at('x.yaml'), dir, t)
    const text = (await told(root)) ?? ''
    t.match(text, 'x.yaml  ')
    t.match(text, says)
    t.notMatch(text, 's3cret')
  })

  t.test(`${what} is not read for a step that names it`, { skip }, async t => {
    const { dir, root, at } = folders(t)
    mkdirSync(at('.hidden'))
    await make(at('.hidden/x.yaml'), dir, t)
    writeFileSync(at('b.yaml'), naming('./.hidden/x.yaml'))
    const text = (await told(root)) ?? ''
    t.match(text, /b\.yaml:1:\d+ {2}.*"\.\/\.hidden\/x\.yaml"/)
    t.notMatch(text, 's3cret')
  })
}

t.test('links that stay inside the folder are followed, as Kubernetes mounts files', { skip }, async t => {
  const { dir, root, at } = folders(t)
  mkdirSync(at('..2026_01_01'))
  writeFileSync(at('..2026_01_01/x.yaml'), naming('cat.txt'))
  writeFileSync(at('..2026_01_01/cat.txt'), 'ABC')
  symlinkSync('..2026_01_01', at('..data'))
  for (const name of ['x.yaml', 'cat.txt']) symlinkSync(`..data/${name}`, at(name))
  t.strictSame(
    (await load(root)).map(({ name }) => name),
    ['hello', 'names'],
  )
  t.strictSame(
    (await load(at('x.yaml'))).map(({ name }) => name),
    ['names'],
    'a single file too',
  )
  symlinkSync('in', join(dir, 'link'))
  t.equal((await load(join(dir, 'link'))).length, 2, 'a folder that is a link itself too')
})

t.test('a mounted file that changes as Kubernetes changes it is live', { skip }, async t => {
  const { root, at } = folders(t)
  const says = (word: string) => `agent: shop\nscripts: [ { name: one, steps: [ { say: ${word} } ] } ]\n`
  const mount = (version: string, word: string) => {
    mkdirSync(at(version))
    writeFileSync(at(`${version}/x.yaml`), says(word))
    symlinkSync(version, at('..tmp'))
    renameSync(at('..tmp'), at('..data'))
  }
  mount('..1', 'old')
  symlinkSync('..data/x.yaml', at('x.yaml'))
  const { client } = await start(t, { fixtures: [root], watch: true })
  mount('..2', 'new')
  rmSync(at('..1'), { recursive: true })
  const answer = async () => (await client.say('Hi.', {}, 'shop')).body.output?.[0].parts[0]?.text as unknown
  for (const giveUpMs = Date.now() + 5000; (await answer()) !== 'new' && Date.now() < giveUpMs;) await sleep(50)
  t.equal(await answer(), 'new')
})

t.test('what is no file of the folder does not keep a watched one from starting', { skip }, async t => {
  const { root, at } = folders(t)
  execFileSync('mkfifo', [at('pipe')])
  symlinkSync('/', at('.all'))
  symlinkSync('/dev/zero', at('zero'))
  const { client } = await start(t, { fixtures: [root], watch: true })
  t.equal((await client.say('Hi.')).status, 200)
})

const places: [ways: typeof posix, folder: string, path: string, inside: boolean][] = [
  [posix, '/fixtures', '/fixtures', true],
  [posix, '/fixtures', '/fixtures/a/b.yaml', true],
  [posix, '/fixtures', '/fixtures/..data/b.yaml', true],
  [posix, '/fixtures', '/fixtures2/b.yaml', false],
  [posix, '/fixtures', '/', false],
  [win32, 'C:\\fixtures', 'C:\\fixtures\\a\\b.yaml', true],
  [win32, 'C:\\fixtures', 'c:\\Fixtures\\b.yaml', true],
  [win32, 'C:\\fixtures', 'C:\\other\\b.yaml', false],
  [win32, 'C:\\fixtures', 'D:\\fixtures\\b.yaml', false],
  [win32, 'C:\\fixtures', '\\\\server\\share\\b.yaml', false],
]
for (const [ways, folder, path, inside] of places) {
  t.test(`${path} lies ${inside ? 'in' : 'outside'} ${folder}`, async t => {
    t.equal(isInside(folder, path, ways), inside)
  })
}
