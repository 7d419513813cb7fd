import t from 'tap'
import type { ScriptShape } from '../src/language/shape.ts'
import { results, start, user } from './kit.ts'
import { file, telling, when } from './telling.ts'

const ask: ScriptShape = { name: 'refund', when: { text: 'refund' }, steps: [{ call: 'get_iban', id: 'call_iban' }] }
const paid = telling('refund-paid', { after: 'refund', when: { tool_result: { get_iban: { country: 'NL' } } } })
const strict = telling('strict', {
  after: 'refund',
  when: { tool_result: { get_iban: { country: 'DE', name: 'Ann' } }, stream: true },
})

/** Scripts beside `ask`, an answer to its call or a new text, and the scripts in the order in which they are near. */
const orders: [what: string, scripts: ScriptShape[], sent: object | string, order: string[]][] = [
  ['comes next, and fails by a value', [telling('other', when('other')), paid], { country: 'BE' }, ['refund-paid']],
  ['comes next, and another result came', [telling('other', when('other')), paid], 'BE', ['refund-paid']],
  ['comes next, and fails by less than another', [strict, paid], { country: 'BE' }, ['refund-paid', 'strict']],
  ['comes next, and fails by two', [telling('other', when('other')), strict], { country: 'BE' }, ['strict']],
  [
    'has a word of the request',
    [telling('order', when('order status')), telling('money', when('money back, please')), telling('x', when('x2'))],
    'give me my money',
    ['money'],
  ],
  [
    'has more that holds',
    [
      telling('less', { when: { text: 'abd' } }),
      telling('more', { when: { text: 'abc', stream: false, variables: {} } }),
    ],
    'xyz',
    ['more'],
  ],
  [
    'fails by less',
    [telling('two', { when: { text: 'abc', stream: true } }), telling('one', { when: { text: 'abd' } })],
    'xyz',
    ['refund', 'one', 'two'],
  ],
]

for (const [what, scripts, sent, order] of orders) {
  t.test(`nearer is what ${what}: ${order.join(', ')}`, async t => {
    const { client } = await start(t, { fixtures: [file('shop', ask, ...scripts)] })
    const continued = scripts.some(script => script.after !== undefined)
    const { body } = continued ? await client.say('refund', {}, 'shop') : { body: {} }
    const message = continued ? results({ call_iban: sent }) : user(sent as string)
    const reply = await client.post({ task_id: body.task_id, message, variables: {} }, 'shop')
    t.equal(reply.status, 404)
    const near = (reply.body.mock.near_misses as { script: string }[]).map(({ script }) => script)
    t.strictSame(near.slice(0, order.length), order)
    t.match(reply.body.message, `The nearest script is "${order[0]}"`)
  })
}

t.test('what holds is shown too: how the agent is named, and that a script comes next', async t => {
  for (const [agent, by, asked] of [
    ['shop', 'key', 'shop@2.0.0'],
    ['shop@2.0.0', 'version', 'shop@2.0.0'],
    ['sh*', 'glob', 'shop'],
  ] as const) {
    const { client } = await start(t, { fixtures: [file(agent, ask, paid)] })
    const { body } = await client.say('refund', {}, asked)
    const message = results({ call_iban: { country: 'BE' } })
    const reply = await client.post({ task_id: body.task_id, message }, asked)
    t.strictSame(reply.body.mock.near_misses[0], {
      script: 'refund-paid',
      place: 'fixtures[0].scripts[1]',
      criteria: [
        { criterion: 'agent', holds: true, by, expected: agent, found: asked },
        { criterion: 'after', holds: true, expected: 'refund', found: 'refund' },
        {
          criterion: 'tool_result.get_iban',
          holds: false,
          expected: { country: 'NL' },
          found: [{ country: 'BE' }],
        },
      ],
    })
  }
})
