import { execFile } from 'node:child_process'
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { asking, documentOf, object, text, type Json } from './drift/documents.ts'
import { report, type Documented } from './drift/report.mjs'
import { start } from './kit.ts'

const folder = join(import.meta.dirname, 'drift')
const sample = join(folder, 'sample.openapi.json')
const read = (name: string) => readFile(join(folder, name), 'utf8')
const parsed = async (name: string): Promise<unknown> => JSON.parse(await read(name))

async function startWithDocument(t: Test): Promise<{ url: string; ours: Json }> {
  const { url } = await start(t)
  const ours = (await (await fetch(`${url}/__admin/openapi.json`)).json()) as Json
  return { url, ours }
}

const unusable: Record<string, [vendor: unknown, ours: unknown, words: string]> = {
  'no object': [null, asking({}), "The vendor's document cannot be compared. It has no POST /v2/agents/{}/responses."],
  'no GET': [
    { paths: { '/v2/agents/{key}/responses': { post: {} } } },
    asking({}),
    "The vendor's document cannot be compared. It has no GET /v2/agents/{}/responses/{}.",
  ],
  'no POST of ours': [
    asking({}),
    {},
    "The mock's document cannot be compared. It has no POST /v2/agents/{}/responses.",
  ],
  'a reference to nothing': [
    asking({ $ref: '#/components/schemas/Gone' }),
    asking({}),
    "The vendor's document cannot be compared. The reference #/components/schemas/Gone leads nowhere.",
  ],
  'a reference to elsewhere': [
    asking({ $ref: 'other.json#/paths' }),
    asking({}),
    "The vendor's document cannot be compared. The reference other.json#/paths leads nowhere.",
  ],
}
for (const [name, [vendor, ours, message]] of Object.entries(unusable))
  t.test(`this cannot be compared: ${name}`, async t => {
    t.throws(() => report(vendor, ours, []), { name: 'Unusable', message })
  })

const entry = (more: Partial<Documented>): Documented => ({ kind: 'lacks', path: '', reason: 'We know.', ...more })
const a = 'POST request application/json a'
const lists: Record<string, [vendor: Json, ours: Json, list: Documented[], clean: boolean, text: string]> = {
  'a difference on it is shown apart': [
    object({ a: text, b: text }),
    object({ b: { type: 'number' } }),
    [entry({ path: a })],
    false,
    `Not documented:
  differs POST request application/json b: vendor string | ours number

Documented:
  We know.
    lacks POST request application/json a

1 not documented, 1 documented, 0 documented in vain
`,
  ],
  'with all on it, all is well': [
    object({ a: text }),
    object({ ab: text }),
    [entry({ path: a }), entry({ kind: 'adds', path: 'POST request application/json a*', reason: 'Ours.' })],
    true,
    `Documented:
  We know.
    lacks POST request application/json a
  Ours.
    adds POST request application/json ab

0 not documented, 2 documented, 0 documented in vain
`,
  ],
  'what is below a difference on it counts as part of it': [
    object({ a: object({ b: text }) }),
    object({}),
    [entry({ path: a })],
    true,
    `Documented:
  We know.
    lacks POST request application/json a

0 not documented, 1 documented, 0 documented in vain
`,
  ],
  'an entry without a difference is stale': [
    object({ a: text }),
    object({ a: text }),
    [entry({ path: a }), entry({ kind: 'differs', path: a, facet: 'format' })],
    false,
    `Documented in vain, for there is no such difference any more:
  lacks POST request application/json a
  differs POST request application/json a format

0 not documented, 0 documented, 2 documented in vain
`,
  ],
  'an entry of another kind does not count': [
    object({ a: text }),
    object({}),
    [entry({ kind: 'adds', path: a })],
    false,
    `Not documented:
  lacks POST request application/json a: optional, string

Documented in vain, for there is no such difference any more:
  adds POST request application/json a

1 not documented, 0 documented, 1 documented in vain
`,
  ],
  'an entry may be about one thing that is said': [
    object({ a: { ...text, default: 'x' } }),
    object({ a: { ...text, format: 'email' } }),
    [entry({ kind: 'differs', path: a, facet: 'default' })],
    false,
    `Not documented:
  differs POST request application/json a: vendor no format | ours format "email"

Documented:
  We know.
    differs POST request application/json a: vendor default "x" | ours no default

1 not documented, 1 documented, 0 documented in vain
`,
  ],
  'a star does not reach from a body to its fields': [
    documentOf({ responses: { 400: { content: { 'application/json': { schema: object({ a: text }) } } } } }, {}),
    documentOf({ responses: { 400: { content: { 'application/json': { schema: object({}) } } } } }, {}),
    [entry({ path: 'POST 4*' })],
    false,
    `Not documented:
  lacks POST 400 application/json a: optional, string

Documented in vain, for there is no such difference any more:
  lacks POST 4*

1 not documented, 0 documented, 1 documented in vain
`,
  ],
}
for (const [name, [vendor, ours, list, clean, text]] of Object.entries(lists))
  t.test(`the documented list: ${name}`, async t => {
    const [one, other] = [vendor, ours].map(side => ('paths' in side ? side : asking(side)))
    t.strictSame(report(one, other, list), { clean, text })
  })

t.test('our own document does not drift from itself', async t => {
  const { ours } = await startWithDocument(t)
  const text = '0 not documented, 0 documented, 0 documented in vain\n'
  t.strictSame(report(ours, structuredClone(ours), []), { clean: true, text })
})

t.test("a document of the router is held against the router, and the size of a number doesn't matter", async t => {
  const { ours } = await startWithDocument(t)
  const only = Object.entries(ours['paths'] as Json).filter(([path]) => path.startsWith('/v3/'))
  const vendor = JSON.parse(
    JSON.stringify({ ...ours, paths: Object.fromEntries(only) }).replaceAll(
      '"type":"number"',
      '"type":"number","format":"double"',
    ),
  ) as Json
  const text = '0 not documented, 0 documented, 0 documented in vain\n'
  t.strictSame(report(vendor, ours, []), { clean: true, text })
  const { post } = (vendor['paths'] as Record<string, Record<string, Json>>)['/v3/router/responses']!
  delete post!['requestBody']
  t.match(report(vendor, ours, []).text, /^ {2}adds POST request.*fields below$/m)
})

t.test('the sample, which says our contract in other words, shows what is planted in it and nothing else', async t => {
  const { ours } = await startWithDocument(t)
  const documented = (await parsed('documented.json')) as Documented[]
  t.strictSame(report(await parsed('sample.openapi.json'), ours, documented), {
    clean: false,
    text: await read('sample.expected.txt'),
  })
})

/** The program as it stands, beside a `dist` that leads to a mock of these sources. */
async function installProgram(t: Test, dist?: string): Promise<string> {
  const top = t.testdir({ 'not.json': 'openapi: 3.1.0', 'others.json': '{"paths":{}}' })
  await cp(folder, join(top, 'test', 'drift'), { recursive: true })
  if (dist === undefined) return top
  await mkdir(join(top, 'dist'))
  await writeFile(join(top, 'dist', 'package.json'), '{"type":"module"}')
  await writeFile(join(top, 'dist', 'index.js'), dist)
  return top
}
const leadingTo = (url: string) => `export const startMock = async () => ({ url: '${url}', close: async () => {} })`

const run = (top: string, ...args: string[]) =>
  new Promise<{ code: unknown; stdout: string; stderr: string }>(resolve => {
    execFile(process.execPath, [join(top, 'test/drift/drift.mjs'), ...args], (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    )
  })

t.test('the program exits 1 with a report if there is drift', async t => {
  const top = await installProgram(t, leadingTo((await startWithDocument(t)).url))
  t.strictSame(await run(top, sample), { code: 1, stdout: await read('sample.expected.txt'), stderr: '' })
})

t.test('the program exits 0 if there is none', async t => {
  const { url, ours } = await startWithDocument(t)
  const top = await installProgram(t, leadingTo(url))
  await writeFile(join(top, 'vendor.json'), JSON.stringify(ours))
  await writeFile(join(top, 'test/drift/documented.json'), '[]')
  const stdout = '0 not documented, 0 documented, 0 documented in vain\n'
  t.strictSame(await run(top, join(top, 'vendor.json')), { code: 0, stdout, stderr: '' })
})

t.test('the program exits 2 and says why if it has nothing to compare', async t => {
  const top = await installProgram(t)
  const cases: [args: string[], stderr: RegExp][] = [
    [[], /^Name one file: npm run drift -- path\/to\/openapi\.json\n$/],
    [[sample, sample], /^Name one file: /],
    [['gone.json'], /^gone\.json cannot be read: ENOENT.*\n$/],
    [[join(top, 'not.json')], /not\.json is not JSON: .*\n$/],
    [[sample], /^dist\/index\.js is missing: run `npm run build` first\.\n$/],
  ]
  for (const [args, stderr] of cases) t.match(await run(top, ...args), { code: 2, stdout: '', stderr }, args.join(' '))

  const withDist = await installProgram(t, leadingTo((await startWithDocument(t)).url))
  const stderr = "The vendor's document cannot be compared. It has no POST /v2/agents/{}/responses.\n"
  t.strictSame(await run(withDist, join(withDist, 'others.json')), { code: 2, stdout: '', stderr })
})
