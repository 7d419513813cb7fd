import * as fc from 'fast-check'
import t, { type Test } from 'tap'
import { parse } from 'yaml'
import type { FixtureFile, ScriptShape } from '../src/language/shape.ts'
import { controlOf, type Control } from './control.ts'
import { fixture, results, start, user } from './kit.ts'

t.test('a suggestion, put in as it is, matches the same request', async t => {
  const asking: ScriptShape = {
    name: 'asks',
    when: { text: { equals: 'Ask me.' } },
    steps: [{ call: 'get_iban' }, { call: 'say "hello": [x]' }],
  }
  const reviewed: ScriptShape = {
    name: 'asks when approved',
    when: { text: { equals: 'Review me.' } },
    steps: [{ review: 'pay', approved: [{ call: 'get_branch' }] }],
  }
  const forAll: ScriptShape = { name: 'asks all', when: { text: { equals: 'All.' } }, steps: [{ call: 'get_all' }] }
  const base = fixture([asking, reviewed])
  const { url, client } = await start(t, { fixtures: [] })
  const control = controlOf(url, client.key)
  const all = controlOf(url)

  /** Sends a request that nothing matches, puts what is suggested where it says, and sends it again. */
  async function paste(
    body: Record<string, unknown>,
    agent: string,
    [put, home] = [control, base] as [Control, FixtureFile],
  ): Promise<void> {
    const missed = await client.post(body, agent)
    if (missed.status !== 404) throw new Error(`no miss: ${missed.status}`)
    const suggestion = missed.body.mock.suggestion as string
    const fixtures = pasted(suggestion, home)
    const { status, body: faults } = await put.put('/fixtures', fixtures)
    if (status !== 200) throw new Error(`${suggestion} is refused: ${JSON.stringify(faults)}`)
    const again = await client.post(body, agent)
    if (again.status !== 200) throw new Error(`${suggestion} does not match`)
    await put.put('/fixtures', home)
  }

  function pasted(suggestion: string, home: FixtureFile): FixtureFile[] {
    if (suggestion.startsWith('# a file of its own in the fixtures folder\n'))
      return [home, parse(suggestion) as FixtureFile]
    if (!suggestion.startsWith('# append to the scripts of overlay[0]\n')) throw new Error(suggestion)
    return [{ ...home, scripts: [...home.scripts, parse(suggestion) as ScriptShape] }]
  }

  await control.put('/fixtures', base)

  const signs = [
    '"',
    "'",
    '\\',
    '{{message.text}}',
    '}',
    ': ',
    ' #',
    '- ',
    '|',
    '>',
    '&a',
    '*a',
    '!',
    '%',
    '@',
    '`',
    '~',
    'null',
    'yes',
    '1e3',
  ]
  const spaces = [
    ' ',
    '\t',
    '\n',
    '\r',
    '\r\n',
    '\u0085',
    '\u00a0',
    '\u2028',
    '\u2029',
    '\ufeff',
    '\0',
    '\u001b',
    '\u007f',
  ]
  const letters = ['👩‍👩‍👧‍👦', '🇳🇱', 'é', 'e\u0301', 'Σ', 'İ', 'ß', 'ﬁ', '您好', '\ud800', '\udc00', 'שלום', '\u202e']
  const piece = fc.oneof(fc.constantFrom(...signs, ...spaces, ...letters), fc.string({ unit: 'binary', maxLength: 6 }))
  const text = fc.oneof(
    fc.array(piece, { maxLength: 12 }).map(pieces => pieces.join('')),
    fc.array(piece, { minLength: 60, maxLength: 200 }).map(pieces => pieces.join('')),
    fc.tuple(piece, fc.integer({ min: 70, max: 2000 }), piece).map(([one, count, other]) => one.repeat(count) + other),
  )
  const agent = fc.oneof(
    fc.constantFrom(
      'shop',
      'shop@1.0.0',
      '<value>',
      'a b',
      'a*b',
      '*',
      '@',
      'a@',
      'été',
      '"',
      '{x}',
      '#',
      '- a',
      'null',
      '1',
    ),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter(name => !/^\.\.?$/.test(name)),
  )

  t.test('whatever its text and its agent', async t => {
    await fc.assert(
      fc.asyncProperty(fc.array(text, { maxLength: 3 }), agent, (texts, agent) =>
        paste({ message: user(...texts) }, agent),
      ),
      { numRuns: 300 },
    )
    t.pass()
  })

  const texts: Record<string, string[]> = {
    'no part': [],
    'an empty text': [''],
    'white space only': [' \n\t', '\u2028'],
    'several lines, the first of them empty': ['\n\n  one\ntwo'],
    'a text that is cut within a grapheme': ['👩‍👩‍👧‍👦'.repeat(40)],
    'a text that is cut behind a capital sigma': [`${'Α'.repeat(79)}ΣΑ`],
    'a text of a megabyte': ['long '.repeat(200_000)],
    'half of a surrogate pair': ['\ud83d', '\ude00'],
  }
  for (const [what, parts] of Object.entries(texts)) {
    t.test(`also ${what}`, async t => {
      await paste({ message: user(...parts) }, 'shop')
      t.pass()
    })
  }

  t.test('also a request that is not sync, and one of a tool', async t => {
    await paste({ message: { role: 'tool', parts: [] } }, 'shop')
    await paste({ message: user('x'), background: true, variables: { a: 1 } }, 'shop')
    t.pass()
  })

  async function pasteResults(
    t: Test,
    first: string,
    where = [control, base] as [Control, FixtureFile],
  ): Promise<void> {
    const { body } = await client.say(first, {}, 'shop')
    const ids = (body.pending_tool_calls as { id: string }[]).map(({ id }) => id)
    const message = results(Object.fromEntries(ids.map(id => [id, { done: true }])))
    await paste({ task_id: body.task_id, message }, 'shop', where)
    t.pass()
  }
  t.test('also results of tools', t => pasteResults(t, 'Ask me.'))
  t.test('also results of tools that are called in a review', t => pasteResults(t, 'Review me.'))
  t.test('also results of tools that scripts for all keys call', async t => {
    await all.put('/fixtures', fixture([forAll]))
    await pasteResults(t, 'All.', [all, fixture([forAll])])
  })
})
