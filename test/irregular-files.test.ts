import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { FixtureError } from '../src/script/fault.ts'
import { readFixtures } from '../src/script/folder.ts'
import { loadScripts } from '../src/script/load.ts'

const one = 'scripts: [ { name: one, steps: [ { say: Hello. } ] } ]\n'

/** What loading a folder says, or how many scripts it has. */
async function load(folder: string): Promise<string | number> {
  try {
    return (await loadScripts(await readFixtures([folder]))).length
  } catch (error) {
    if (error instanceof FixtureError) return error.message
    throw error
  }
}

const irregular: [what: string, make: (file: string, t: Test) => void, said: RegExp][] = [
  ['a pipe', file => execFileSync('mkfifo', [file]), /x\.yaml {2}is not a regular file/],
  ['a link to a device', file => symlinkSync('/dev/zero', file), /x\.yaml {2}is not a regular file/],
  ['a link out of the folder', file => symlinkSync('/etc/passwd', file), /x\.yaml {2}is a link that leads out/],
  ['a link that leads nowhere', file => symlinkSync('/nowhere', file), /x\.yaml {2}there is no such file/],
  ['a huge file', file => writeFileSync(file, Buffer.alloc(21 * 2 ** 20, '#')), /x\.yaml {2}is larger than 20 MB/],
]
for (const [what, make, said] of irregular) {
  t.test(`${what} is a fault that names it, and nothing of what it holds`, async t => {
    const dir = t.testdir({ fixtures: { 'one.yaml': one } })
    make(join(dir, 'fixtures', 'x.yaml'), t)
    const told = await load(join(dir, 'fixtures'))
    t.match(told, said)
    t.notMatch(told, 'root:')
  })
}

t.test(
  'links inside the folder are followed, as Kubernetes mounts a ConfigMap, and a folder may be a link',
  async t => {
    const dir = t.testdir({ mount: { '..2026': { 'one.yaml': one } } })
    symlinkSync('..2026', join(dir, 'mount', '..data'))
    symlinkSync(join('..data', 'one.yaml'), join(dir, 'mount', 'one.yaml'))
    symlinkSync('mount', join(dir, 'link'))
    t.equal(await load(join(dir, 'mount')), 1)
    t.equal(await load(join(dir, 'link')), 1)
    t.equal(await load(join(dir, 'link', 'one.yaml')), 1)
  },
)

t.test('a pipe that a step names is no file', async t => {
  const step = 'scripts: [ { name: one, steps: [ { file: { path: ./pipe } } ] } ]\n'
  const dir = t.testdir({ fixtures: { 'one.yaml': step } })
  mkdirSync(join(dir, 'fixtures', 'folder'))
  execFileSync('mkfifo', [join(dir, 'fixtures', 'pipe')])
  t.match(await load(join(dir, 'fixtures')), 'there is no file "./pipe"')
})
