import { join } from 'node:path'
import t from 'tap'
import { stringify } from 'yaml'
import { parseAgentKey } from '../src/language/agent-key.ts'
import { buildLibrary } from '../src/matching/library.ts'
import type { FixtureFile } from '../src/language/shape.ts'
import { load } from './fixture-files.ts'

const thousand = (agentOf: (index: number) => string): FixtureFile[] =>
  Array.from({ length: 100 }, (_, file) => ({
    agent: agentOf(file),
    scripts: Array.from({ length: 10 }, (_, index) => ({
      name: `script-${index}`,
      when: { text: `word ${index}`, variables: { customer: { tier: 'gold' } } },
      steps: [
        { think: 'Look up the order first, then tell what became of it.' },
        { tool: 'lookup_order', arguments: { order: '{{variables.order}}' }, result: { total: 42 }, takes: '800ms' },
        { say: 'I found order {{variables.order}}. Where shall the money go?' },
        { call: 'get_iban', arguments: { holder: 'J. Doe' } },
      ],
    })),
  }))

/** In the processor time of this process, which other processes do not stretch. */
const took = async (work: () => unknown): Promise<number> => {
  const from = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(from)
  return (user + system) / 1000
}

t.test('a thousand scripts', async t => {
  t.test('load in well under a second', async t => {
    const yaml = Object.fromEntries(
      thousand(file => `agent-${file}`).map((file, index) => [`${index}.yaml`, stringify(file)]),
    )
    const dir = t.testdir(yaml)
    const ms = await took(async () => t.equal((await load(dir)).length, 1000))
    t.comment(`1,000 scripts in 100 files load in ${Math.round(ms)} ms`)
    t.ok(ms < 3000, 'far from the limit, for slow machines')
  })

  t.test('of one file, in long conversations, do too', async t => {
    const scripts = thousand(file => `agent-${file}`)
      .flatMap(file => file.scripts)
      .map((script, index, all) => ({
        ...script,
        name: `script-${index}`,
        when: { text: `word ${index}` },
        ...(index % 3 === 0 ? {} : { after: [`script-${index - 1}`, `script-${(index * 7) % all.length}`] }),
      }))
    const dir = t.testdir({
      'one.yaml': stringify({ scripts }),
      'backwards.yaml': stringify({ scripts: scripts.reverse() }),
    })
    for (const name of ['one', 'backwards']) {
      const ms = await took(async () => t.equal((await load(join(dir, `${name}.yaml`))).length, 1000))
      t.comment(`1,000 scripts in one file (${name}) load in ${Math.round(ms)} ms`)
      t.ok(ms < 3000)
    }
  })

  const one: FixtureFile = { agent: 'shop', scripts: [{ name: 'one', steps: [{ say: 'Hello.' }] }] }
  const others: Record<string, FixtureFile[]> = {
    'other keys': thousand(file => `agent-${file}`),
    'other versions of the agent': thousand(file => `shop@${file + 2}.0.0`),
    'other globs': thousand(file => `team-${file}-*`),
  }
  for (const [what, fixtures] of Object.entries(others)) {
    t.test(`of ${what} make no lookup slower`, async t => {
      const alone = buildLibrary(await load(one))
      const crowded = buildLibrary(await load(...fixtures, one))
      const agent = parseAgentKey('shop@1.0.0')
      const lookUp = (library: typeof alone) => () => {
        for (let count = 0; count < 20_000; count += 1) library.forAgent(agent)
      }
      const best = [Infinity, Infinity] as [number, number]
      for (let round = 0; round < 7; round += 1) {
        best[0] = Math.min(best[0], await took(lookUp(alone)))
        best[1] = Math.min(best[1], await took(lookUp(crowded)))
      }
      const [few, many] = best.map(ms => (ms / 20_000) * 1000) as [number, number]
      t.comment(`a lookup takes ${few.toFixed(2)} µs alone, ${many.toFixed(2)} µs among a thousand`)
      t.strictSame(
        crowded.forAgent(agent).map(({ name }) => name),
        ['one'],
      )
      t.ok(many < 5 * few + 1, 'give or take what the machine does meanwhile')
    })
  }
})
