import t from 'tap'
import type { JournalEntry } from '../src/admin/journal-view.ts'
import { FixtureError } from '../src/language/fault.ts'
import { readFixtures } from '../src/loading/folder.ts'
import { loadScripts } from '../src/loading/load.ts'
import type { ScriptShape } from '../src/language/shape.ts'
import type { StepShape } from '../src/language/step-shape.ts'
import { controlOf } from './control.ts'
import { fixture, start, user } from './kit.ts'

/** What can never act is a fault at load (see test/faults/idle-*.yaml); what can is none, and does. */

async function faultsOf(script: ScriptShape): Promise<string | undefined> {
  try {
    await loadScripts(await readFixtures([fixture([script])]))
    return undefined
  } catch (error) {
    if (error instanceof FixtureError) return error.message
    throw error
  }
}

const say = { say: 'Three words here.' }
const cut = (after: number): StepShape => ({ cut: 'end', after_chunks: after })
const settled = { review: 'pay', outcome: 'approved' } as const

/** Each list of steps cuts a stream after so many chunks as there are, and can do so after no more. */
const lists: Record<string, [chunks: number, steps: (after: number) => StepShape[]]> = {
  'a text': [3, after => [cut(after), say]],
  'a thought': [3, after => [cut(after), { think: 'Three words here.' }]],
  'a file, data and what is no chunk': [
    2,
    after => [
      cut(after),
      { wait: '1ms' },
      { file: { uri: 'a:b' } },
      { tool: 'a' },
      { raw: ': x\n\n' },
      { data: {} },
      { call: 'b' },
    ],
  ],
  'a message': [
    3,
    after => [
      cut(after),
      {
        message: {
          role: 'agent',
          parts: [
            { kind: 'text', text: 'Two words.' },
            { kind: 'error', error: 'x' },
            { kind: 'data', data: {} },
          ],
        },
      },
    ],
  ],
  'a long word': [5, after => [cut(after), { say: 'x'.repeat(30) }]],
  'a branch, and what comes behind it': [
    6,
    after => [cut(after), { ...settled, approved: [say], rejected: [{ say: 'No.' }] }, say],
  ],
  'what comes behind the branch it stands in': [
    4,
    after => [{ ...settled, approved: [cut(after), { say: 'One.' }] }, say],
  ],
  'the branch of a rejection': [
    3,
    after => [{ review: 'pay', outcome: 'rejected', approved: [], rejected: [cut(after), say] }, say, say],
  ],
  'what comes before another cut': [3, after => [cut(after), say, { cut: 'reset' }, say]],
}

for (const [what, [chunks, steps]] of Object.entries(lists)) {
  t.test(`a cut counts the chunks of ${what}: after ${chunks} it cuts, after more it is a fault`, async t => {
    const { client } = await start(t, { fixtures: [fixture([{ name: 'one', steps: steps(chunks) }])] })
    const { text, done } = await client.stream({ message: user('go') })
    t.equal(done, false)
    t.equal(text.match(/"type":"part.delta"/g)?.length, chunks)
    t.match(await faultsOf({ name: 'one', steps: steps(chunks + 1) }), `no more than ${chunks} chunks follow`)
  })
}

const steps = [say]
const sound: Record<string, Omit<ScriptShape, 'name'>> = {
  'a cut that waits for what a placeholder brings': { steps: [cut(100), { say: '{{message.text}}' }] },
  'a cut before a text that is too long to count': { steps: [cut(1500), { say: 'a '.repeat(1600) }] },
  'cuts in both branches of a review': {
    steps: [{ review: 'a', approved: [{ cut: 'end' }], rejected: [{ cut: 'reset' }] }],
  },
  'a cut behind a rejection that cuts': { steps: [{ review: 'a', rejected: [{ cut: 'end' }] }, { cut: 'end' }] },
  'raw bytes behind a cut, which people put in and take out': { steps: [{ cut: 'end' }, { raw: 'x' }] },
  'raw bytes behind a cut that waits': { steps: [cut(1), say, { raw: 'x' }] },
  'a branch that the outcome does not play': {
    steps: [{ review: 'a', outcome: 'rejected', approved: steps, rejected: steps }, ...steps],
  },
  'a hold for requests of any mode': { hold: 'manual', steps },
  'settings of a script whose later attempt plays': {
    attempts: [{ http: { status: 429 } }, { steps: [{ tool: 'a' }] }],
    hold: 'manual',
    trail: true,
    model: 'a/b',
  },
  'a tool that only a branch runs': { trail: true, steps: [{ review: 'a', rejected: [{ tool: 'b' }] }] },
  'a message of tools without a text': { when: { role: 'tool', text: { equals: '' } }, steps },
}
for (const [what, script] of Object.entries(sound))
  t.test(`no fault: ${what}`, async t => t.equal(await faultsOf({ name: 'one', ...script }), undefined))

t.test('a cut that too few chunks have reached is told in the journal, and nowhere else', async t => {
  const script = { name: 'one', steps: [cut(5), { say: '{{message.text}}' }, cut(3), { say: '{{message.text}}' }] }
  const { client, url } = await start(t, { fixtures: [fixture([script])] })
  const { text, done } = await client.stream({ message: user('two words') })
  t.equal(done, true)
  t.notMatch(text, 'cut_missed')
  const { events, end } = (await controlOf(url, client.key).lastRequest()) as JournalEntry
  t.equal(end, 'completed')
  t.match(
    events?.filter(({ type }) => type === 'cut_missed'),
    [
      { cut: 'end', missing: 3 },
      { cut: 'end', missing: 1 },
    ],
  )
  await client.say('two words')
  t.notMatch(await controlOf(url, client.key).lastRequest(), { events: [{}] }, 'nobody streams, nothing is missed')
})
