import t from 'tap'
import { noFolder } from '../src/script/fixture-folder.ts'
import { FixtureError } from '../src/language/fault.ts'
import { objectSource } from '../src/language/source.ts'
import { textSource } from '../src/loading/source-text.ts'
import { buildLibrary } from '../src/matching/library.ts'
import { loadScripts } from '../src/loading/load.ts'
import { parseAgentKey } from '../src/language/agent-key.ts'

/**
 * What a load takes grows with its input. Measured in the processor time of this process, which other processes do not
 * stretch: four times the input takes four times as long, and would take sixteen times where each is held against each.
 */
const most = 9

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index))
const listed = (count: number, make: (index: number) => string) => times(count, make).join(', ')
const steps = [{ say: 'Hello.' }]

const scripts: Record<string, (index: number, count: number) => object> = {
  'texts of their own': index => ({ when: { text: `word ${index}` }, steps }),
  'a variable of their own': index => ({
    when: { text: 'order', variables: { customer: { id: index, tier: 'gold' } } },
    steps,
  }),
  'two values that many have': index => ({ when: { metadata: { a: index % 100, b: Math.floor(index / 100) } }, steps }),
  'lists of values': index => ({ when: { metadata: { tags: [{ name: 'all' }, { name: `tag ${index}` }] } }, steps }),
  'the same condition, after each other': index => ({
    when: { text: 'word' },
    ...(index > 0 && { after: `script-${index - 1}` }),
    steps,
  }),
  'the next one before them': (index, count) => ({
    after: `script-${(index + 1) % count}`,
    when: { text: `${index}` },
    steps,
  }),
  'several before them': (index, count) => ({ after: times(5, step => `script-${(index * 7 + step) % count}`), steps }),
  'no condition': () => ({ steps }),
  'one name': index => ({ name: 'one', when: { text: `word ${index}` }, steps }),
  'one name and no condition': () => ({ name: 'one', steps }),
  'misspelt keys': () => ({ stpes: steps }),
  nothing: () => ({}),
  'names that nobody has before them': index => ({ after: `nobody-${index}`, when: { text: `${index}` }, steps }),
  'results of tools that nobody calls': index => ({
    when: { tool_result: `get_${index}` },
    steps: [{ call: `ask_for_${index}` }],
  }),
}

const one = (step: string) => `scripts: [ { name: one, steps: [ ${step} ] } ]`
const texts: Record<string, (count: number) => string> = {
  'aliases of one anchor': count => one(`{ data: { x: &x 1, y: [ ${listed(count, () => '*x')} ] } }`),
  'aliases of many anchors': count => one(`{ data: { x: [ ${listed(count, index => `&a${index} 1, *a${index}`)} ] } }`),
  'aliases of nothing': count => one(`{ data: { x: [ ${listed(count, index => `*a${index}`)} ] } }`),
  'keys of one map': count => one(`{ data: { ${listed(count, index => `key${index}: 1`)} } }`),
  'the same key': count => one(`{ data: { ${listed(count, () => 'key: 1')} } }`),
  'calls with ids': count => one(listed(count, index => `{ call: ask, id: call_${index} }`)),
  'unknown keys': count => one(`{ say: Hello., ${listed(count, index => `key${index}: 1`)} }`),
  'faults on one line': count => one(listed(count, () => '{ wait: 1 }')),
  'a placeholder that never ends': count => one(`{ say: "{{${' '.repeat(count * 20)}" }`),
  'placeholders that never end': count => one(`{ say: "${'{{ a '.repeat(count * 4)}" }`),
}

type Load = (count: number) => Promise<unknown>

const loading =
  (make: (count: number) => ReturnType<typeof objectSource>): Load =>
  count =>
    loadScripts([{ source: make(count), folder: noFolder }]).catch((error: unknown) => {
      if (!(error instanceof FixtureError)) throw error
    })

const loads: Record<string, Load> = {
  ...Object.fromEntries(
    Object.entries(scripts).map(([what, make]) => [
      `scripts with ${what}`,
      loading(count =>
        objectSource('objects', {
          scripts: times(count, index => ({ name: `script-${index}`, ...make(index, count) })),
        }),
      ),
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(texts).map(([what, make]) => [what, loading(count => textSource('text', make(count)))]),
  ),
}

async function cpuMs(load: Load, count: number): Promise<number> {
  let best = Infinity
  for (let round = 0; round < 3; round += 1) {
    const from = process.cpuUsage()
    await load(count)
    best = Math.min(best, process.cpuUsage(from).user / 1000)
  }
  return best
}

for (const [what, load] of Object.entries(loads)) {
  t.test(`${what}: four times as many load in about four times the time`, async t => {
    await load(1000)
    const [few, many] = [await cpuMs(load, 1000), await cpuMs(load, 4000)]
    t.comment(`1,000: ${few.toFixed(1)} ms, 4,000: ${many.toFixed(1)} ms`)
    t.ok(many < most * Math.max(few, 5), `${few} ms, then ${many} ms`)
  })
}

t.test('20,000 scripts are a matter of a second or two', async t => {
  const fixture = {
    agent: 'shop',
    scripts: times(20_000, index => ({ name: `${index}`, when: { text: `word ${index}` }, steps })),
  }
  const from = process.cpuUsage()
  const source = objectSource('objects', fixture)
  const library = buildLibrary(await loadScripts([{ source, folder: noFolder }]))
  const ms = process.cpuUsage(from).user / 1000
  t.comment(`${Math.round(ms)} ms`)
  t.ok(ms < 5000, 'far from the limit, for slow machines')

  const agent = parseAgentKey('shop@1.0.0')
  t.equal(library.forAgent(agent), library.forAgent(agent), 'the scripts of an agent are gathered once')
})

t.test('of 20,000 faults, a hundred are told and the others counted', async t => {
  const source = objectSource('objects', { scripts: times(20_000, index => ({ name: `${index}`, stpes: [] })) })
  const error = await loadScripts([{ source, folder: noFolder }]).catch((found: unknown) => found)
  if (!(error instanceof FixtureError)) return void t.fail('no FixtureError', { found: error })
  t.match(error, { total: 20_000, faults: { length: 100 } })
  t.strictSame(error.message.split('\n').slice(99), [
    'objects.scripts[99].stpes  unknown key "stpes", did you mean "steps"?',
    'and 19,900 more faults',
  ])
})
