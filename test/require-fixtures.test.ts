import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { makeLog } from '../src/log.ts'
import { run } from './command-line.ts'
import { controlOf } from './control.ts'
import { start } from './kit.ts'

const anywhere = { ORQ_MOCK_PORT: '0' }
const one = 'scripts: [ { name: one, steps: [ { say: Hello. } ] } ]\n'

/** Folders that hold no fixture, though something may be in them. */
const empty: Record<string, Record<string, string | Record<string, string>>> = {
  'an empty folder': {},
  'a folder of other files': { 'readme.md': 'Hello', 'one.yaml.bak': one },
  'a folder whose files are hidden': { '.one.yaml': one, node_modules: { 'one.yaml': one } },
}

for (const [what, files] of Object.entries(empty)) {
  t.test(`${what} is warned of, by its name, and counted in /__admin/health`, async t => {
    const dir = t.testdir({ mount: files })
    const folder = join(dir, 'mount')
    let health: unknown
    const whileServing = async (url: string) => {
      health = await (await fetch(`${url}/__admin/health`)).json()
    }
    const { code, err } = await run(['--fixtures', folder], anywhere, { terminal: true, whileServing })
    t.equal(code, 0)
    t.match(err, `${folder}: there is no fixture in it`)
    t.match(err, 'every request gets a 404')
    t.match(health, { status: 'ok', fixtures: { scripts: 0 } })
  })

  t.test(`${what} is refused with --require-fixtures, by its name`, async t => {
    const dir = t.testdir({ mount: files })
    const folder = join(dir, 'mount')
    for (const [args, env] of [
      [['--require-fixtures'], {}],
      [[], { ORQ_MOCK_REQUIRE_FIXTURES: 'true' }],
    ] as const) {
      const { code, out, err } = await run(['--fixtures', folder, ...args], { ...anywhere, ...env })
      t.strictSame({ code, out }, { code: 3, out: '' })
      t.match(err, `${folder}  there is no fixture in it`)
    }
    t.equal((await run(['exec', '--require-fixtures', '--fixtures', folder, '--', 'true'])).code, 3)
  })
}

t.test('an empty folder beside one with scripts is warned of, and not refused', async t => {
  const dir = t.testdir({ empty: {}, full: { 'one.yaml': one } })
  const args = ['--require-fixtures', '--fixtures', join(dir, 'empty'), '--fixtures', join(dir, 'full')]
  const { code, out, err } = await run(args, anywhere, { terminal: true, whileServing: () => sleep(20) })
  t.equal(code, 0)
  t.match(out, '(1 script for 1 agent)')
  t.match(err, `${join(dir, 'empty')}: there is no fixture in it`)
  t.notMatch(err, '404')
})

t.test('the shipped examples count as scripts', async t => {
  t.equal((await run(['--require-fixtures'], anywhere)).code, 0)
})

t.test('where scripts are required, the last ones stay when their files go; and they are counted', async t => {
  const dir = t.testdir({ 'one.yaml': one, 'two.yaml': one })
  const lines: string[] = []
  const log = makeLog({ level: 'info', plain: true, write: text => void lines.push(text) })
  const { url } = await start(t, { fixtures: [dir], watch: true, requireFixtures: true, log })
  const scripts = async () =>
    ((await controlOf(url, 'k').get('/health')).body as { fixtures: { scripts: number } }).fixtures.scripts
  const becomes = async (count: number) => {
    for (let tries = 0; tries < 100 && (await scripts()) !== count; tries += 1) await sleep(50)
    t.equal(await scripts(), count)
  }
  await becomes(2)
  rmSync(join(dir, 'two.yaml'))
  await becomes(1)
  rmSync(join(dir, 'one.yaml'))
  for (let tries = 0; tries < 100 && !lines.some(line => line.includes('not reloaded')); tries += 1) await sleep(50)
  t.match(lines.join(''), 'there is no fixture in it')
  t.equal(await scripts(), 1)
  writeFileSync(
    join(dir, 'three.yaml'),
    one
      .replace(' ]\n', ', { name: two, when: { text: x }, steps: [] } ]\n')
      .replace(/name: one/, 'when: { text: y }, name: one'),
  )
  await becomes(2)
})
