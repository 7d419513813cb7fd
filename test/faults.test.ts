import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import t from 'tap'
import { FixtureError } from '../src/language/fault.ts'
import { readFixtures } from '../src/loading/folder.ts'
import { loadScripts } from '../src/loading/load.ts'
import type { ScriptShape } from '../src/language/shape.ts'

/**
 * One bad fixture a file of the folder `faults`: in a `# ` comment what is wrong (the test's name); beside it, as
 * `.txt`, what is told of it, to the letter. Those named `shape-` are what a JSON Schema validator refuses too.
 * UPDATE_FAULTS=1 writes what is told into the `.txt` files.
 */
const folder = relative(process.cwd(), join(import.meta.dirname, 'faults'))
const update = process.env['UPDATE_FAULTS'] === '1'

const load = async (fixtures: readonly (string | object)[]) => loadScripts(await readFixtures(fixtures))

/** What is told of fixtures; undefined where nothing is wrong with them. */
async function told(...fixtures: (string | object)[]): Promise<string | undefined> {
  try {
    await load(fixtures)
    return undefined
  } catch (error) {
    if (error instanceof FixtureError) return `${error.message}\n`
    throw error
  }
}

const files = readdirSync(folder).sort()
const bad = files.filter(name => /\.(ya?ml|json)$/.test(name))
const goldenOf = (name: string) => name.replace(/\.\w+$/, '.txt')

t.test('every expectation belongs to a bad fixture', async t => {
  t.ok(bad.length > 0)
  const known = bad.map(goldenOf)
  t.strictSame(
    files.filter(name => name.endsWith('.txt') && !known.includes(name)),
    [],
  )
})

for (const name of bad) {
  const [, title = 'JSON is checked as YAML is'] =
    /^# (.*?)\.?\r?$/m.exec(readFileSync(join(folder, name), 'utf8')) ?? []
  t.test(`${name}: ${title}`, async t => {
    const golden = join(folder, goldenOf(name))
    const text = await told(join(folder, name))
    t.ok(text, 'something is told of it')
    if (update && text) writeFileSync(golden, text)
    t.ok(existsSync(golden), 'it is said what is to be told (else: UPDATE_FAULTS=1 npm test)')
    t.equal(text, readFileSync(golden, 'utf8'))
  })
}

const goldenText = (name: string) => readFileSync(join(folder, goldenOf(name)), 'utf8')

t.test('the faults of several files come file by file', async t => {
  const [one, other] = ['shape-list.yaml', 'name-twice.yaml']
  t.equal(await told(join(folder, one), join(folder, other)), goldenText(one) + goldenText(other))
})

t.test('a folder and a file that are not there are named, beside the faults of those that are', async t => {
  const missing = join(folder, 'nowhere')
  const fault = (path: string) => `${path}  there is no such file or folder\n`
  t.equal(await told(missing, `${missing}.yaml`), fault(missing) + fault(`${missing}.yaml`))
  t.equal(await told(missing, join(folder, 'shape-list.yaml')), fault(missing) + goldenText('shape-list.yaml'))
})

t.test('a file of a folder is found by what it holds, not by the link that leads to it', async t => {
  const text = 'scripts: [ { name: one, steps: [ { file: { path: link.txt } } ] } ]\n'
  const dir = t.testdir({ 'secret.txt': 'secret', fixtures: { 'one.yaml': text } })
  symlinkSync('../secret.txt', join(dir, 'fixtures/link.txt'))
  t.match(await told(join(dir, 'fixtures')), '"link.txt" lies outside the fixtures folder')
})

t.test('a folder that holds itself by a link is a fault, or read once', async t => {
  const dir = t.testdir({ 'one.yaml': 'scripts: [ { name: one, steps: [ { say: Hello. } ] } ]\n' })
  symlinkSync('.', join(dir, 'itself'))
  const text = await told(dir)
  t.ok(text === undefined || text.includes('itself'))
})

t.test('the faults of fixtures given as objects have paths for places', async t => {
  const broken = {
    modle: 'a/b',
    scripts: [{ name: 'one', steps: [{ say: 'Hello.' }, { review: 'pay', approved: [{ wait: 800 }] }] }],
  }
  const outside = { scripts: [{ name: 'one', steps: [{ file: { path: './cat.png' } }] }] }
  const names = { scripts: [{ name: 'two', after: ['one'], when: { text: { matches: '(' } }, steps: [] }] }
  t.strictSame((await told(broken, outside, names, []))?.split('\n'), [
    'fixtures[0].modle  unknown key "modle", did you mean "model"?',
    'fixtures[0].scripts[0].steps[1].approved[0].wait  must be a duration: a number with ms, s or m, found 800',
    'fixtures[1].scripts[0].steps[0].file.path  a fixture that is no file cannot name one: use bytes, or the text itself',
    'fixtures[2].scripts[0].after[0]  no script "one" in this file',
    'fixtures[2].scripts[0].when.text.matches  error parsing regexp: missing closing ): `(`',
    'fixtures[3]  must be an object, found a list',
    '',
  ])
})

const steps = [{ say: 'Hello.' }]
const asks: ScriptShape = { name: 'asks', when: { text: 'pay' }, steps: [{ call: 'get_iban' }] }
const paid: ScriptShape = { name: 'paid', when: { tool_result: 'get_iban' }, steps }

/** What looks like a fault and is none. */
const sound: Record<string, ScriptShape[][]> = {
  'two scripts of one name in two files': [[{ name: 'one', steps }], [{ name: 'one', steps }]],
  'the special before the general': [
    [
      { name: 'gold', when: { text: 'order', variables: { tier: 'gold' } }, steps },
      { name: 'order', when: { text: 'order' }, steps },
      { name: 'any', steps },
    ],
  ],
  'arrays that hold less, behind those that hold more': [
    [
      { name: 'both', when: { metadata: { tags: ['a', 'b'] } }, steps },
      { name: 'one', when: { metadata: { tags: ['a'] } }, steps },
    ],
  ],
  'a schema that only looks narrower': [
    [
      { name: 'one', when: { body: { properties: { engine: { enum: ['text'] } } } }, steps },
      { name: 'two', when: { body: { properties: { engine: { enum: ['text', 'jinja'] } } } }, steps },
      { name: 'three', when: { body: { not: { required: ['thread'] } } }, steps },
      { name: 'four', when: { body: { not: { required: ['thread', 'memory'] } } }, steps },
    ],
  ],
  'the same criteria after different scripts': [
    [
      { name: 'one', when: { text: 'one' }, steps },
      { name: 'two', steps },
      { name: 'after one', after: 'one', steps },
      { name: 'after two', after: 'two', steps },
      { name: 'after both', after: ['one', 'after two'], when: { text: 'more' }, steps },
    ],
  ],
  'a script that comes after itself, and can be begun': [
    [
      { name: 'one', steps },
      { name: 'again', after: ['one', 'again'], steps },
    ],
  ],
  'a script after one whose later attempts play': [
    [
      { name: 'limited', attempts: [{ http: { status: 429 } }, { steps: [{ fail: 'No.' }] }, { steps }] },
      { name: 'then', after: 'limited', steps },
    ],
  ],
  'a script after one that only fails when a person approves': [
    [
      { name: 'pays', steps: [{ review: 'pay', outcome: 'manual', rejected: steps }, { fail: 'No money.' }] },
      { name: 'then', after: 'pays', steps },
    ],
  ],
  'a script after one that only fails when a person rejects': [
    [
      { name: 'pays', steps: [{ review: 'pay', outcome: 'manual', rejected: [{ fail: 'Not allowed.' }] }] },
      { name: 'then', after: 'pays', steps },
    ],
  ],
  'steps behind a review that is rejected': [
    [{ name: 'one', steps: [{ review: 'pay', outcome: 'rejected' }, ...steps] }],
  ],
  'steps behind a review that ends the turn only when it is rejected': [
    [{ name: 'one', steps: [{ review: 'pay', rejected: [{ finish: 'length' }] }, ...steps] }],
  ],
  'results of a tool that another file calls': [[paid], [asks]],
  'results of a tool that is called in a branch, or in an attempt': [
    [
      { name: 'reviewed', steps: [{ review: 'pay', approved: [{ call: 'get_iban' }] }] },
      { ...paid, after: 'reviewed' },
    ],
    [
      { name: 'tried', attempts: [{ http: { status: 503 } }, { steps: [{ call: 'get_name' }] }] },
      { name: 'named', after: 'tried', when: { tool_result: { get_name: {} } }, steps },
    ],
  ],
  'one id for calls that do not wait together': [
    [
      {
        name: 'one',
        steps: [
          {
            review: 'pay',
            approved: [{ call: 'get_iban', id: 'call_1' }],
            rejected: [{ call: 'get_iban', id: 'call_1' }],
          },
        ],
      },
      { name: 'two', after: 'one', steps: [{ call: 'get_iban', id: 'call_1' }] },
    ],
  ],
  'keys that are names of prototypes, where any may stand': [
    [
      {
        name: 'constructor',
        when: { variables: JSON.parse('{ "__proto__": { "x": 1 }, "constructor": 2 }') as Record<string, unknown> },
        steps: [{ data: JSON.parse('{ "__proto__": 1 }') as Record<string, unknown> }],
      },
      { name: 'then', after: 'constructor', steps: [{ call: 'toString' }] },
      { name: 'result', when: { tool_result: 'toString' }, steps },
    ],
  ],
  'schemas of one $id in two fixtures': [
    [{ name: 'one', when: { body: { $id: 'https://example.com/a', type: 'object' } }, steps }],
    [{ name: 'one', when: { body: { $id: 'https://example.com/a', type: 'string' } }, steps }],
  ],
}

for (const [what, fixtures] of Object.entries(sound)) {
  t.test(`no fault: ${what}`, async t => {
    t.equal(await told(...fixtures.map(scripts => ({ scripts }))), undefined)
  })
}
