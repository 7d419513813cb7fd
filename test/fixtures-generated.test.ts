import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import * as fc from 'fast-check'
import t from 'tap'
import { stringify, type ToStringOptions } from 'yaml'
import { noFolder } from '../src/script/fixture-folder.ts'
import { ApiError } from '../src/contract/errors.ts'
import { AgentResponse, TaskResponse } from '../src/contract/response.ts'
import { fixtureSchema } from '../src/language/editor-schema.ts'
import { loadScripts } from '../src/loading/load.ts'
import type { FixtureFile, ScriptShape } from '../src/language/shape.ts'
import { textSource } from '../src/loading/source-text.ts'
import { makeServer, type Mock } from '../src/server.ts'
import { controlOf } from './control.ts'
import { exchange, playOut, takenUp } from './exchange.ts'
import { eventsOf, wrong } from './kit.ts'
import { flags, modes, type Mode } from './modes.ts'
import { request, script } from './script-arbitrary.ts'
import { streamFaults } from './stream-rules.ts'

type Body = Record<string, unknown>

/** A criterion, with what a request has to bring for it. */
const criteria: fc.Arbitrary<[ScriptShape['when'], Body]> = fc
  .subarray<[NonNullable<ScriptShape['when']>, Body]>([
    [{ role: 'user' }, {}],
    [{ variables: { order: 17 } }, { variables: { order: 17, name: 'x' } }],
    [{ metadata: { tags: ['a'] } }, { metadata: { tags: ['b', 'a'] } }],
    [{ identity: { id: 'ann' } }, { identity: { id: 'ann', display_name: '{{now}}' } }],
    [{ thread: { id: 't' } }, { thread: { id: 't' } }],
    [{ memory: { entity_id: 'e' } }, { memory: { entity_id: 'e' } }],
    [{ conversation: { _id: 'c' } }, { conversation: { _id: 'c' } }],
    [{ body: { required: ['message'], properties: { message: { type: 'object' } } } }, {}],
    [{ headers: { 'content-type': 'application/json' } }, {}],
    [{ text: { matches: '(?s)^.*$' } }, {}],
  ])
  .map(list => [
    Object.assign({}, ...list.map(([when]) => when)) as ScriptShape['when'],
    Object.assign({}, ...list.map(([, body]) => body)) as Body,
  ])

const never = { text: { equals: 'never asked' } }
const loaded: ScriptShape[] = [
  { name: 'http', when: never, http: { status: 503, headers: { 'retry-after': '1' }, body: { a: [1] } } },
  {
    name: 'attempts',
    when: { text: { equals: 'never asked either' }, role: 'user' },
    attempts: [
      { http: { fault: 'reset' } },
      { steps: [{ raw: ': x\n\n' }, { cut: 'end', after_chunks: 1 }, { say: 'x' }] },
    ],
    polls: [{ status: 503 }],
    hold: { for: '1s' },
  },
]

const generated = fc.record({
  agent: fc.constantFrom(undefined, '*', 'shop', 'shop@1.0.0', 'sh*'),
  model: fc.constantFrom(undefined, 'a/b'),
  pace: fc.constantFrom(undefined, 'instant', 'realistic', { each: '10ms', jitter: 0.5 }),
  script,
  criteria,
  request,
  style: fc.constantFrom<ToStringOptions>(
    { indent: 4, blockQuote: false },
    { blockQuote: 'literal' },
    { blockQuote: false, defaultStringType: 'QUOTE_SINGLE' },
    { blockQuote: false, defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'QUOTE_DOUBLE' },
    { blockQuote: false, collectionStyle: 'flow' },
  ),
})
/** Long texts stay in their line, because the library that writes them loses letters where it folds. */
const unfolded = { lineWidth: 0, doubleQuotedMinMultiLineLength: Infinity }

t.test('whatever fixture is valid', async t => {
  const ajv = new Ajv2020({ strict: false, discriminator: true })
  const editorAccepts = ajv.compile(fixtureSchema())
  const dir = t.testdir({})

  await fc.assert(
    fc.asyncProperty(generated, async ({ agent, model, pace, script, criteria, request, style }) => {
      const [when, brings] = criteria
      const scripts = [...loaded, { ...script, name: 'main', ...(when ? { when } : {}) }]
      const written = JSON.parse(JSON.stringify({ agent, model, pace, scripts })) as FixtureFile
      const yaml = stringify(written, { ...style, ...unfolded })
      for (const text of [yaml, JSON.stringify(written), JSON.stringify(written, null, '\t')]) {
        const source = textSource('generated.yaml', text)
        demand(JSON.stringify(source.value) === JSON.stringify(written), `it is not read as it was written:\n${text}`)
        demand((await loadScripts([{ source, folder: noFolder }])).length === scripts.length, 'it does not load whole')
      }
      if (!editorAccepts(written)) throw new Error(JSON.stringify(editorAccepts.errors))

      writeFileSync(join(dir, 'generated.yaml'), yaml)
      await playGenerated(dir, { ...request, ...brings })
    }),
    { numRuns: 75 },
  )
  t.pass()
})

/** Plays the last script of a fixture in each mode, on a server of its own; throws at what is not within the contract. */
async function playGenerated(dir: string, request: Body): Promise<void> {
  const mock = await makeServer({ fixtures: [dir], clock: 'manual', hold: { kind: 'polls', polls: 0 } })
  try {
    const url = await mock.listen(0, '127.0.0.1')
    await Promise.all(modes.map(mode => playIn(mode, mock, url, request)))
  } finally {
    await mock.close()
  }
}

async function playIn(mode: Mode, mock: Mock, url: string, request: Body): Promise<void> {
  const path = '/v2/agents/shop@1.0.0/responses'
  const sent = exchange(url, { key: mode, path, body: { ...request, ...flags[mode] } })
  await takenUp(mock, mode, sent)
  await playOut(mock, mode, 500)
  await sent.ended
  const [entry] = await controlOf(url, mode).requests()
  demand(entry.script === 'main', `another script plays: ${JSON.stringify(entry)}`)
  const poll = exchange(url, { key: mode, path: `${path}/${entry.task}` })
  await poll.ended
  demand(poll.status() === 200 && !wrong(TaskResponse, JSON.parse(poll.received())), poll.received())
  if (mode === 'stream') {
    const { events, done } = eventsOf(sent.received())
    demand(done && streamFaults(events, true).length === 0, streamFaults(events, true).join('\n'))
  } else demand(!wrong(sent.status() === 200 ? AgentResponse : ApiError, JSON.parse(sent.received())), sent.received())
}

function demand(holds: boolean, fault: string): void {
  if (!holds) throw new Error(fault)
}
