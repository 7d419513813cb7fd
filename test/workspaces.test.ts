import * as fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import t from 'tap'
import {
  allAtOnce,
  inWaves,
  leaks,
  oneAfterAnother,
  playClients,
  words,
  type Act,
  type Client,
} from './interleaving.ts'

const mode = fc.constantFrom('sync', 'background', 'stream')
const nth = fc.nat({ max: 3 })
const act = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('ask'), text: fc.constantFrom(...words), mode }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('ask'), text: fc.constantFrom(...words), mode, nth }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('answer'), mode, nth, all: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('poll'), nth }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('advance'), ms: fc.integer({ min: 1, max: 1500 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('leave') }) },
) as Arbitrary<Act>

const clients: Arbitrary<Client[]> = fc
  .array(fc.array(act, { minLength: 1, maxLength: 10 }), { minLength: 2, maxLength: 12 })
  .map(lists => lists.map((acts, index) => ({ key: `key-${index}`, acts })))
const waves = fc.array(fc.integer({ min: 1, max: 2 ** 12 - 1 }), { minLength: 1, maxLength: 20 })

t.test('what a client gets does not depend on what other clients do meanwhile', async t => {
  await fc.assert(
    fc.asyncProperty(clients, waves, async (clients, waves) => {
      const [mixed, apart] = [await playClients(clients, inWaves(waves)), await playClients(clients, oneAfterAnother)]
      const found = leaks(clients, mixed, apart)
      if (found.length > 0) throw new Error(found.join('\n\n'))
    }),
    { numRuns: 30 },
  )
  t.pass()
})

const busy: Act[] = [
  { do: 'ask', text: 'flaky', mode: 'stream' },
  { do: 'ask', text: 'slow', mode: 'stream' },
  { do: 'ask', text: 'refund', mode: 'sync' },
  { do: 'advance', ms: 700 },
  { do: 'answer', mode: 'sync', nth: 1, all: false },
  { do: 'answer', mode: 'stream', nth: 1, all: true },
  { do: 'answer', mode: 'stream', nth: 1, all: true },
  { do: 'ask', text: 'flaky', mode: 'stream' },
  { do: 'ask', text: 'held', mode: 'background' },
  { do: 'poll', nth: 3 },
  { do: 'ask', text: 'slow', mode: 'sync' },
  { do: 'advance', ms: 700 },
  { do: 'poll', nth: 3 },
  { do: 'poll', nth: 0 },
]
const crowd = (size: number, keyOf: (index: number) => string) =>
  Array.from({ length: size }, (_, index): Client => ({ key: keyOf(index), acts: busy }))

t.test('a hundred clients share a server as if each had its own', async t => {
  const clients = crowd(100, index => `key-${index}`)
  const [mixed, apart] = [await playClients(clients, allAtOnce), await playClients(clients, oneAfterAnother)]
  t.strictSame(leaks(clients, mixed, apart), [])
  t.equal(
    new Set(mixed.flat().flatMap(idsIn)).size,
    mixed.map(records => new Set(records.flatMap(idsIn)).size).reduce(sum),
    'no id comes twice',
  )
})

t.test('the comparison notices clients that do meet: those of one key', async t => {
  const clients = crowd(2, () => 'the same key')
  const mixed = await playClients(clients, inWaves([1, 2, 3]))
  t.not(leaks(clients, mixed, await playClients(clients, oneAfterAnother)).length, 0)
})

t.test('the comparison notices a single byte, and a reply too few', async t => {
  const clients = crowd(3, index => `key-${index}`)
  const played = await playClients(clients, inWaves([5, 3]))
  t.strictSame(leaks(clients, played, structuredClone(played)), [])
  for (const [client, records] of played.entries()) {
    for (const [index, record] of records.entries()) {
      if (record.length === 0) continue
      const spoilt = structuredClone(played)
      spoilt[client]![index] = record.slice(0, -2) + (record.at(-2) === 'e' ? 'f' : 'e') + record.slice(-1)
      t.equal(leaks(clients, played, spoilt).length, 1, `client ${client}, act ${index}`)
    }
  }
  t.not(leaks(clients, played, [played[0]!, played[1]!, played[2]!.slice(1)]).length, 0, 'a reply too few')
})

/** Every ULID that the server has made; those that a client made up are no ids. */
const idsIn = (record: string) =>
  record.match(/\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b|(?<=_)[0-7][0-9a-hjkmnp-tv-z]{25}\b/g) ?? []
const sum = (one: number, other: number) => one + other
