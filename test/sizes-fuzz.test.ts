import * as fc from 'fast-check'
import t from 'tap'
import { startGuarded } from './guarded-mock.ts'
import { fixture, results, user } from './kit.ts'
import { script } from './script-arbitrary.ts'
import { mode, text, value } from './sizes-arbitrary.ts'

/**
 * Random fixtures and requests of sizes up to the limits, against the real program. A longer run: SIZES_FUZZ_SECONDS=600;
 * the same again: SIZES_FUZZ_SEED, which is told when it fails.
 */
const budgetMs = Number(process.env['SIZES_FUZZ_SECONDS'] ?? 18) * 1000
const seed = Number(process.env['SIZES_FUZZ_SEED'] ?? Date.now() % 2 ** 31)

/** What the README promises: so long at most for a body and a reply of up to a megabyte together, and for each further one. */
const longestMs = 100
const perMegabyteOfBodyMs = 100
const perMegabyteOfReplyMs = 20
/** JSON of hundreds of levels is dear to write: V8 looks on each level at all those above. */
const perMegabyteOfDepthMs = 400
/** What the work of the yardstick takes on a machine that has nothing else to do. */
const yardstickMs = 100
const rounds = 3

const key = 'fuzz'
const mock = await startGuarded(t, key, ['--pace', 'instant', '--max-tasks', '20', '--max-requests', '20'])

const it = '{{tool_results.get_it}}'
const own = [
  fixture(
    [
      { name: 'take', when: { text: 'take' }, steps: [{ call: 'get_it', id: 'call_1' }] },
      {
        name: 'taken',
        after: 'take',
        trail: true,
        steps: [
          { think: it },
          { tool: 'use', arguments: { it }, result: it },
          { data: { it, all: '{{tool_results}} {{variables}}' } },
          { call: 'use_it', arguments: { it } },
        ],
      },
    ],
    { agent: 'taker' },
  ),
  fixture(
    [
      { name: 'pattern', when: { text: { matches: '(x+x+)+y' } }, steps: [] },
      { name: 'part', when: { text: 'nobody says this', variables: { one: { two: [1, { three: 3 }] } } }, steps: [] },
      { name: 'schema', when: { body: { properties: { variables: { required: ['nobody'] } } } }, steps: [] },
    ],
    { agent: 'choosy' },
  ),
]
/** What takes long would only be waited for. */
const quick = (fixture: object) =>
  JSON.parse(JSON.stringify(fixture).replaceAll(/"[\d.]+(?:ms|s|m)"/g, '"1ms"')) as object

interface Sent {
  agent: string
  message: object
  more: object
}

const sent: fc.Arbitrary<Sent | string> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      agent: fc.constantFrom('random', 'random', 'choosy'),
      message: text.map(text => user(text)),
      more: fc.tuple(mode, fc.dictionary(fc.constantFrom('name', 'deep', 'x'), value, { maxKeys: 1 })).map(merged),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      agent: fc.constant('taker'),
      message: value.map(result => results({ call_1: result })),
      more: mode,
    }),
  },
  { weight: 1, arbitrary: value.map(body => (typeof body === 'string' ? body : JSON.stringify(body))) },
)

function merged([mode, variables]: [object, object]): object {
  return { ...mode, variables }
}

const pathOf = (agent: string) => `/v2/agents/${agent}/responses`

/** A body, with a task of its own to continue where it brings results. */
async function bodyOf(sent: Sent | string): Promise<[path: string, body: string]> {
  if (typeof sent === 'string') return [pathOf('random'), sent]
  const { agent, message, more } = sent
  if (agent !== 'taker') return [pathOf(agent), JSON.stringify({ message, ...more })]
  const { text } = await mock.ask('POST', pathOf(agent), JSON.stringify({ message: user('take') }))
  const { task_id } = JSON.parse(text) as { task_id: string }
  return [pathOf(agent), JSON.stringify({ task_id, message, ...more })]
}

/** Reads all that the control API tells of it; answers how much there was of the longest. */
async function look(): Promise<number> {
  const read = async (path: string) => {
    const told = await mock.ask('GET', path)
    if (told.status !== 200) throw new Error(`${path} is a ${told.status}: ${told.text.slice(0, 300)}`)
    if (told.text.includes('"unwritable"')) throw new Error(`${path} holds what cannot be written`)
    return told
  }
  const told = [await read('/__admin/tasks'), await read('/__admin/requests?limit=1')]
  const { tasks } = JSON.parse(told[0]!.text) as { tasks: { id: string; agent: string }[] }
  const last = tasks.at(-1)
  if (last) told.push(await read(`/__admin/tasks/${last.id}`), await read(`${pathOf(last.agent)}/${last.id}`))
  return Math.max(...told.map(({ length }) => length))
}

interface Trial {
  pauseMs: number
  allowedMs: number
  what: string
}

async function tryOut(sent: Sent | string): Promise<Trial> {
  const [path, body] = await bodyOf(sent)
  await mock.pause()
  const { status, text, length } = await mock.ask('POST', path, body)
  const tellingMs = await mock.pause()
  const what = `${path} with ${body.length} characters, answered by a ${status} of ${length}`
  if (status >= 500 && !text.includes('"run_failed"'))
    throw new Error(`a 5xx nobody asked for: ${what}\n${body.slice(0, 200)}\n${text.slice(0, 300)}`)
  const shown = await look()
  const lookingMs = await mock.pause()
  return {
    pauseMs: Math.max(tellingMs, lookingMs),
    allowedMs: allowed(body, Math.max(length, shown)),
    what: `${what}: ${tellingMs.toFixed()} ms, and ${lookingMs.toFixed()} ms to show it\n${body.slice(0, 200)}`,
  }
}

function allowed(body: string, told: number): number {
  const [ofBody, ofReply] = [Buffer.byteLength(body) / 2 ** 20, told / 2 ** 20]
  const depthMs = body.includes('['.repeat(100)) ? perMegabyteOfDepthMs * Math.max(1, ofBody) : 0
  const beyond = Math.max(0, ofBody - 1) * perMegabyteOfBodyMs + Math.max(0, ofReply - 1) * perMegabyteOfReplyMs
  return longestMs + beyond + depthMs
}

/** What takes too long is tried again, and measured by how fast this machine is just now. */
async function demand(sent: Sent | string): Promise<void> {
  const slowest: string[] = []
  for (let round = 0; round < rounds; round += 1) {
    const { pauseMs, allowedMs, what } = await tryOut(sent)
    if (pauseMs <= allowedMs) return
    const slowness = Math.max(1, (await mock.yardstick()) / yardstickMs)
    if (pauseMs <= allowedMs * slowness) return
    slowest.push(`${what} (allowed ${allowedMs.toFixed()} ms, times ${slowness.toFixed(1)})`)
  }
  throw new Error(`the event loop stood still, each time: ${slowest.join('\n')}`)
}

async function playRound([scriptOfRound, list]: [object, (Sent | string)[]]): Promise<void> {
  const put = await mock.ask(
    'PUT',
    '/__admin/fixtures',
    JSON.stringify([...own, quick({ agent: 'random', scripts: [scriptOfRound] })]),
  )
  if (put.status !== 200) throw new Error(`the fixture is refused: ${put.text.slice(0, 1000)}`)
  for (const sent of list) await demand(sent)
}

/** The inputs are far too long to be shown. */
function reporter<T>({ failed, errorInstance }: fc.RunDetails<T>): void {
  if (failed) throw new Error(`SIZES_FUZZ_SEED=${seed}: ${String(errorInstance)}\n${mock.death()}`)
}

t.test('no request ends the program, brings a 5xx that no script asked for, or holds up the others', async t => {
  // What is loaded on first use has been.
  await playRound([
    { name: 'one', steps: [] },
    ['{', '{}', { agent: 'taker', message: results({ call_1: 1 }), more: {} }],
  ])
  let count = 0
  let playing = Promise.resolve()
  const property = fc.asyncProperty(fc.tuple(script, fc.array(sent, { minLength: 1, maxLength: 4 })), async round => {
    playing = playRound(round)
    await playing
    count += round[1].length
  })
  await fc.assert(property, {
    seed,
    numRuns: 1_000_000,
    interruptAfterTimeLimit: budgetMs,
    endOnFailure: true,
    reporter,
  })
  // The time may be over in the middle of a round.
  await playing
  t.comment(`${count} requests, SIZES_FUZZ_SEED=${seed}`)
  t.ok(count > 5, `${count} requests`)
  t.equal(mock.death(), '')
})

t.test(
  'a body far over the limit is a 413 to a client that sends it to its end, on a connection of its own',
  async t => {
    const far = JSON.stringify({ message: user('x'.repeat(40_000_000)) })
    for (let round = 0; round < 10; round += 1) t.equal((await mock.ask('POST', pathOf('taker'), far)).status, 413)
  },
)
