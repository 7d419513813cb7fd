import * as fc from 'fast-check'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { buildProgram, launch, until } from './binary.ts'
import { fixture } from './kit.ts'
import { script } from './script-arbitrary.ts'

/** Random fixtures and requests of sizes up to the limits, against the real program in a process of its own. */

/** Real time. */
const budgetMs = 20_000
/** For bodies up to a megabyte; those above may take as long again for each further one. */
const longestPauseMs = 100
const key = 'fuzz'

// Not tap's own folder, where the program is built.
const dir = mkdtempSync(join(tmpdir(), 'orq-agents-mock-'))
t.teardown(() => rmSync(dir, { recursive: true }))
const guard = join(dir, 'longest')
const { bin } = buildProgram(t)

const taking = fixture(
  [
    { name: 'take', when: { text: 'take' }, steps: [{ call: 'get_it', id: 'call_1' }] },
    {
      name: 'taken',
      after: 'take',
      trail: true,
      steps: [
        { think: '{{tool_results.get_it}}' },
        { tool: 'use', arguments: { it: '{{tool_results.get_it}}' }, result: '{{tool_results.get_it}}' },
        { data: { got: '{{tool_results.get_it}}', all: '{{tool_results}} {{variables}}' } },
      ],
    },
  ],
  { agent: 'taker' },
)
const scripts = fc.sample(script, { numRuns: 30, seed: 20261125 })
mkdirSync(join(dir, 'fixtures'))
writeFileSync(join(dir, 'fixtures', 'taker.json'), JSON.stringify(taking))
for (const [index, one] of scripts.entries()) {
  // One agent each; what takes long would only be waited for.
  const quick = JSON.stringify(fixture([one], { agent: `a${index}` })).replaceAll(/"[\d.]+(?:ms|s|m)"/g, '"1ms"')
  writeFileSync(join(dir, 'fixtures', `a${index}.json`), quick)
}

const args = ['--import', fileURLToPath(new URL('loop-guard.mjs', import.meta.url)), bin, '--port', '0']
const limits = ['--max-tasks', '50', '--max-requests', '50', '--log-level', 'error']
const mock = launch(t, process.execPath, [...args, ...limits, '--fixtures', join(dir, 'fixtures')], {
  env: { LOOP_GUARD: guard },
})
const url = await mock.ready

const alphabets = [
  'x',
  'word ',
  ' ',
  '您好',
  '👩‍👩‍👧‍👦',
  'e\u0301',
  '\u0301',
  '[',
  '{"a":',
  '"',
  '\\',
  '\u0001',
  '\ud800',
  '{{message.text}} ',
  '\n',
]
const size = fc.oneof(fc.nat({ max: 2000 }), fc.nat({ max: 1_000_000 }), fc.constantFrom(0, 1_000_000, 3_000_000))
const text = fc.tuple(fc.constantFrom(...alphabets), size).map(([unit, units]) => unit.repeat(units / unit.length))
const nested = fc
  .tuple(fc.constantFrom('[', '{"a":'), fc.nat({ max: 20_000 }), fc.boolean())
  .map(([open, depth, closed]) => {
    const end = open === '[' ? ']' : '}'
    return `${open.repeat(depth)}${open === '[' ? '' : '0'}${closed ? end.repeat(depth) : ''}`
  })
const mode = fc.constantFrom({}, { stream: true }, { background: true }, { stream: true, background: true })

const turn = fc
  .record({
    agent: fc.nat({ max: scripts.length - 1 }),
    text,
    mode,
    variables: fc.dictionary(fc.string(), text, { maxKeys: 2 }),
  })
  .map(({ agent, text, mode, variables }) => ({
    path: `/v2/agents/a${agent}/responses`,
    body: JSON.stringify({ message: { role: 'user', parts: [{ kind: 'text', text }] }, variables, ...mode }),
  }))
const broken = fc.oneof(nested, text).map(body => ({ path: '/v2/agents/a0/responses', body }))
const answer = fc.record({ result: fc.oneof(text, nested), mode })

async function post(path: string, body: string): Promise<{ status: number; text: string }> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  const reply = await fetch(url + path, { method: 'POST', headers, body })
  return { status: reply.status, text: await reply.text() }
}

async function look(): Promise<void> {
  const headers = { authorization: `Bearer ${key}` }
  const read = async (path: string) => {
    const reply = await fetch(`${url}/__admin${path}`, { headers })
    if (reply.status !== 200) throw new Error(`${path} is a ${reply.status}: ${(await reply.text()).slice(0, 300)}`)
    return reply.text()
  }
  const list = await read('/tasks')
  if (list.includes('unwritable')) throw new Error('a task cannot be written')
  const { tasks } = JSON.parse(list) as { tasks: { id: string; script: string }[] }
  const last = tasks.at(-1)
  if (last) await read(`/tasks/${last.id}`)
  if ((await read('/requests?limit=2')).includes('unwritable')) throw new Error('an entry cannot be written')
}

async function longestPause(): Promise<number> {
  rmSync(guard, { force: true })
  mock.child.kill('SIGUSR2')
  const text = await until(() => (existsSync(guard) && readFileSync(guard, 'utf8')) || undefined)
  return Number(text)
}

/** Sends, and says what is wrong with what came of it. */
async function faultOf(path: string, body: string): Promise<string> {
  const { status, text } = await post(path, body)
  if (mock.child.exitCode !== null) return 'it died'
  if (status >= 500 && !text.includes('"run_failed"')) return `a ${status} nobody asked for: ${text.slice(0, 300)}`
  const tellingMs = await longestPause()
  await look()
  const lookingMs = await longestPause()
  // The lists show the request before this one too.
  const [told, shown] = [allowedFor(body.length), allowedFor(body.length + lastLength)]
  lastLength = body.length
  if (tellingMs > told) return `the event loop stood still for ${tellingMs.toFixed()} ms`
  return lookingMs > shown ? `the event loop stood still for ${lookingMs.toFixed()} ms while it was shown` : ''
}

let lastLength = 0
const allowedFor = (length: number) => longestPauseMs * Math.max(1, Math.ceil(length / 2 ** 20))

async function demand(path: string, body: string): Promise<void> {
  const fault = await faultOf(path, body)
  if (fault) throw new Error(`${fault} after ${path} with ${body.length} characters: ${body.slice(0, 200)}`)
}

/** The inputs are far too long to be shown. */
function reporter<T>({ failed, errorInstance, seed }: fc.RunDetails<T>): void {
  if (failed) throw new Error(`seed ${seed}: ${String(errorInstance)}`)
}

// What is loaded on first use has been.
for (const body of ['{', '{}', JSON.stringify({ message: { role: 'user', parts: [{ kind: 'text', text: 'take' }] } })])
  await post('/v2/agents/taker/responses', body)
await look()
await longestPause()

t.test('no request ends the program, brings a 5xx, or holds up the others', async t => {
  let count = 0
  const property = fc.asyncProperty(fc.oneof({ weight: 4, arbitrary: turn }, broken), async ({ path, body }) => {
    await demand(path, body)
    count += 1
  })
  await fc.assert(property, { numRuns: 100_000, interruptAfterTimeLimit: budgetMs, endOnFailure: true, reporter })
  t.ok(count > 20, `${count} requests`)
})

t.test('nor does any result of a tool', async t => {
  let count = 0
  const property = fc.asyncProperty(answer, async ({ result, mode }) => {
    const path = '/v2/agents/taker/responses'
    const asked = await post(
      path,
      JSON.stringify({ message: { role: 'user', parts: [{ kind: 'text', text: 'take' }] } }),
    )
    const { task_id } = JSON.parse(asked.text) as { task_id: string }
    const parts = [{ kind: 'tool_result', tool_call_id: 'call_1', result }]
    await demand(path, JSON.stringify({ task_id, message: { role: 'tool', parts }, ...mode }))
    count += 1
  })
  await fc.assert(property, { numRuns: 100_000, interruptAfterTimeLimit: budgetMs, endOnFailure: true, reporter })
  t.ok(count > 10, `${count} results`)
})
