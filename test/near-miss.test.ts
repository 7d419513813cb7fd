import t from 'tap'
import { controlOf } from './control.ts'
import { start, user, type Reply } from './kit.ts'
import { file, telling, when } from './telling.ts'

t.test('a miss', async t => {
  const yaml = `agent: shop
scripts:
  - name: refund
    when:
      text: refund
      variables: { tier: gold }
    steps: [ { say: refund } ]

  - name: paid
    after: refund
    when: { text: paid }
    steps: [ { say: paid } ]

  - name: greet
    when: { text: { equals: Hello } }
    steps: [ { say: greet } ]

  - { name: late, after: [ paid, greet ], when: { text: late, stream: true }, steps: [ { say: late } ] }
`
  const folder = t.testdir({ 'shop.yaml': yaml }).slice(process.cwd().length + 1)
  const { url, client } = await start(t, { fixtures: [folder] })
  const control = controlOf(url, client.key)
  const place = (line: number) => `${folder}/shop.yaml:${line}`
  const text = (holds: boolean, expected: string, found: string) => ({ criterion: 'text', holds, expected, found })
  const agent = { criterion: 'agent', holds: true, by: 'key', expected: 'shop', found: 'shop' }
  const after = (expected: unknown, found?: string) => ({
    criterion: 'after',
    holds: false,
    expected,
    ...(found === undefined ? {} : { found }),
  })
  const equals = (found: string) => ({ criterion: 'text.equals', holds: false, expected: 'Hello', found })
  const misses = ({ body }: Reply): unknown => body.mock.near_misses

  t.test('is a 404 that tells the nearest script in a sentence', async t => {
    const { status, body } = await client.say('refund, please', { variables: { tier: 'silver' } }, 'shop')
    t.equal(status, 404)
    t.match(body, { code: 404, mock: { code: 'no_match' } })
    t.equal(
      body.mock.hint,
      `The nearest script is "refund" (${place(3)}): variables: expected {"tier":"gold"}, found {"tier":"silver"}.`,
    )
    t.equal(body.message, `No script matches this request to "shop". ${body.mock.hint}`, 'also where an SDK shows it')
    t.equal(body.error, body.message)
  })
  t.test('tells criterion by criterion, the nearest script first', async t => {
    t.strictSame(misses(await client.say('refund, please', {}, 'shop')), [
      {
        script: 'refund',
        place: place(3),
        criteria: [
          agent,
          text(true, 'refund', 'refund, please'),
          { criterion: 'variables', holds: false, expected: { tier: 'gold' } },
        ],
      },
      { script: 'greet', place: place(14), criteria: [agent, equals('refund, please')] },
      {
        script: 'paid',
        place: place(9),
        state: 'comes after "refund"; this request opens a new task',
        criteria: [agent, after('refund'), text(false, 'paid', 'refund, please')],
      },
      {
        script: 'late',
        place: place(18),
        state: 'comes after "paid" or "greet"; this request opens a new task',
        criteria: [
          agent,
          after(['paid', 'greet']),
          text(false, 'late', 'refund, please'),
          { criterion: 'stream', holds: false, expected: true, found: false },
        ],
      },
    ])
  })
  t.test('tells what the state of the task has against a script', async t => {
    const { body } = await client.say('Hello', {}, 'shop')
    const reply = await client.say('paid', { task_id: body.task_id }, 'shop')
    const [first, ...others] = misses(reply) as { script: string; state?: string }[]
    t.strictSame(first, {
      script: 'paid',
      place: place(9),
      state: 'comes after "refund"; this task\'s last script was "greet"',
      criteria: [agent, after('refund', 'greet'), text(true, 'paid', 'paid')],
    })
    t.equal(
      reply.body.mock.hint,
      `The nearest script is "paid" (${place(9)}): comes after "refund"; this task's last script was "greet".`,
    )
    t.equal(others.find(({ script }) => script === 'late')?.state, undefined, 'nothing where it would come next')
  })
  t.test('tells of a last script in another file', async t => {
    await control.put('/fixtures', file('shop', telling('refund', when('overlay'))))
    const { body } = await client.say('overlay', {}, 'shop')
    await control.delete('/fixtures')
    const [first] = misses(await client.say('paid', { task_id: body.task_id }, 'shop')) as {
      state: string
      criteria: unknown[]
    }[]
    t.equal(first?.state, 'comes after "refund"; this task\'s last script was "refund" of overlay[0]')
    t.strictSame(first?.criteria[1], after('refund', 'refund of overlay[0]'))
  })
  t.test('is told in every mode, opens no task, and stands in the journal', async t => {
    await controlOf(url).post('/reset')
    for (const mode of [{}, { stream: true }, { background: true }]) {
      const response = await client.send({ message: user('what?'), ...mode }, 'shop')
      t.equal(response.status, 404)
      const { mock } = (await response.json()) as { mock: { near_misses: unknown } }
      const entry = await control.lastRequest()
      t.match(entry, { unmatched: true, end: 'refused', status: 404, agent: 'shop' })
      t.strictSame(entry.near_misses, mock.near_misses)
      t.strictSame(entry.script, undefined)
    }
    t.strictSame(await control.tasks(), [])
    t.equal((await control.requests('?unmatched=true')).length, 3)
    t.equal((await control.requests('?unmatched=false')).length, 0)
  })
  t.test('names the agent that a misspelt key may mean', async t => {
    const reply = await client.say('Hello', {}, 'shpo')
    const [first] = misses(reply) as unknown[]
    t.strictSame(first, {
      script: 'greet',
      place: place(14),
      criteria: [
        { ...agent, holds: false, found: 'shpo' },
        { criterion: 'text.equals', holds: true, expected: 'Hello', found: 'Hello' },
      ],
    })
    t.match(reply.body.mock.hint, 'agent: expected "shop", found "shpo"')
  })
})

t.test('of many scripts, a miss tells five', async t => {
  const many = Array.from({ length: 50 }, (_, index) => telling(`${index}`, when(`never ${index}`)))
  const { client } = await start(t, { fixtures: [file('shop', ...many)] })
  t.equal((await client.say('x', {}, 'shop')).body.mock.near_misses.length, 5)
})

t.test('a misspelt version is told like a misspelt key', async t => {
  const { client } = await start(t, {
    fixtures: [file('bank', telling('bank')), file('shop@2.0.0', telling('shop', when('shop')))],
  })
  const { body } = await client.say('shop', {}, 'shop@2.0.1')
  t.match(body.mock.near_misses[0], {
    script: 'shop',
    criteria: [{ criterion: 'agent', holds: false, expected: 'shop@2.0.0', found: 'shop@2.0.1' }],
  })
})

t.test('without any script, a miss says so', async t => {
  const { client } = await start(t, { fixtures: [] })
  const { status, body } = await client.say('Hello.')
  t.equal(status, 404)
  t.strictSame(body.mock.near_misses, [])
  t.equal(body.mock.hint, 'No fixture has a script for this agent.')
})
