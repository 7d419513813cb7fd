import t from 'tap'
import type { ScriptShape } from '../src/language/shape.ts'
import { fails, holds, ofWhen, pretty, type Criterion, type When } from './criterion.ts'
import { fixture, results, start } from './kit.ts'

interface ResultRow {
  when: When
  holds: Record<string, unknown[]>
  fails: Record<string, [unknown[], ...Criterion[]]>
}

/** What the client's tools give back, in the order of the calls: of get_iban, of get_price twice. */
const nl = { country: 'NL', iban: 'NL91', owners: [{ name: 'Ann' }, { name: 'Bob' }] }
const any = 'a result'

const resultRows: Record<string, ResultRow> = {
  'the name alone takes any result of that tool': {
    when: { tool_result: 'get_iban' },
    holds: { 'an object': [nl, 1, 2], nothing: [undefined, 1, 2], null: [null, 1, 2] },
    fails: {},
  },
  'with values, the result contains them at any depth': {
    when: { tool_result: { get_iban: { country: 'NL', owners: [{ name: 'Bob' }] } } },
    holds: { 'these and more': [nl, 1, 2], 'as JSON text': [JSON.stringify(nl), 1, 2] },
    fails: {
      'another value': [
        [{ ...nl, country: 'BE' }, 1, 2],
        fails('tool_result.get_iban', { country: 'NL', owners: [{ name: 'Bob' }] }, [{ ...nl, country: 'BE' }]),
      ],
      'text that is no JSON': [
        ['{ NL', 1, 2],
        fails('tool_result.get_iban', { country: 'NL', owners: [{ name: 'Bob' }] }, ['{ NL']),
      ],
    },
  },
  'with two calls of one tool, any may match': {
    when: { tool_result: { get_price: { total: 2 } } },
    holds: { 'the first': [nl, { total: 2 }, { total: 3 }], 'the second': [nl, { total: 1 }, '{"total": 2}'] },
    fails: {
      neither: [
        [nl, { total: 1 }, { total: 3 }],
        fails('tool_result.get_price', { total: 2 }, [{ total: 1 }, { total: 3 }]),
      ],
    },
  },
  'but one result has to hold all values': {
    when: { tool_result: { get_price: { total: 2, currency: 'EUR' } } },
    holds: { 'one has both': [nl, 1, { total: 2, currency: 'EUR' }] },
    fails: {
      'each has one': [
        [nl, { total: 2 }, { currency: 'EUR' }],
        fails('tool_result.get_price', { total: 2, currency: 'EUR' }, [{ total: 2 }, { currency: 'EUR' }]),
      ],
    },
  },
  'several tools have to hold together': {
    when: { tool_result: { get_iban: {}, get_price: 7 } },
    holds: { both: [nl, 7, 2] },
    fails: {
      'one of them': [[nl, 1, 2], holds('tool_result.get_iban', {}, [nl]), fails('tool_result.get_price', 7, [1, 2])],
    },
  },
  'a result may be a list, or null': {
    when: { tool_result: { get_iban: null, get_price: [1] } },
    holds: { both: [null, [2, 1], 0] },
    fails: {
      neither: [[0, 1, 2], fails('tool_result.get_iban', null, [0]), fails('tool_result.get_price', [1], [1, 2])],
    },
  },
  'a tool whose call is not answered gave nothing': {
    when: { tool_result: 'get_name' },
    holds: {},
    fails: { 'only others': [[nl, 1, 2], fails('tool_result.get_name', any, [])] },
  },
}

t.test('tool_result', async t => {
  const calls: ScriptShape = {
    name: 'asks',
    when: { text: 'hello' },
    steps: [{ call: 'get_iban' }, { call: 'get_price' }, { call: 'get_price' }],
  }
  const naming: ScriptShape = { name: 'names', when: { text: 'name' }, steps: [{ call: 'get_name' }] }
  const byAgent = Object.entries(resultRows).map(([title, row], index) => ({ title, row, agent: `row-${index}` }))
  const { client } = await start(t, {
    fixtures: byAgent.map(({ agent, row }) =>
      fixture([naming, calls, { name: 'row', after: 'asks', when: row.when, steps: [{ say: 'It holds.' }] }], {
        agent,
      }),
    ),
  })
  const answer = async (agent: string, given: unknown[]) => {
    const { body } = await client.say('Hello.', {}, agent)
    const ids = (body.pending_tool_calls as { id: string }[]).map(({ id }) => id)
    const message = results(Object.fromEntries(ids.map((id, index) => [id, given[index]])))
    return client.post({ task_id: body.task_id, message: { ...message, role: 'user' } }, agent)
  }
  for (const { title, row, agent } of byAgent) {
    t.test(title, async t => {
      for (const [what, given] of Object.entries(row.holds)) {
        const { status, body } = await answer(agent, given)
        t.equal(status, 200, what)
        t.equal(body.output?.[0]?.parts[0]?.text, 'It holds.', what)
      }
      for (const [what, [given, ...criteria]] of Object.entries(row.fails)) {
        const { status, body } = await answer(agent, given)
        t.equal(status, 404, what)
        const misses = body.mock?.near_misses as { script: string; criteria: Criterion[] }[]
        t.equal(
          pretty(ofWhen(misses.find(({ script }) => script === 'row')?.criteria)),
          pretty(criteria),
          `${what}: the near miss says so`,
        )
      }
    })
  }
})
