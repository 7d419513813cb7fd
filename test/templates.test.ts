import * as fc from 'fast-check'
import t from 'tap'
import type { ScriptShape } from '../src/language/shape.ts'
import { controlOf } from './control.ts'
import { fixture, results, start, user } from './kit.ts'
import { now, partsOf, request, steps, textOf } from './template-request.ts'

/** A text of a fixture, and what becomes of it. */
const texts: Record<string, Record<string, string>> = {
  'each name': {
    '{{ message.text }}': 'Tom & <b>"Jerry"</b>\nsecond line',
    '{{variables.order}}': 'A-17',
    '{{variables.deep.er.est}}': 'bottom',
    '{{variables.list.0}}': 'one',
    '{{variables.list.1.two}}': '2',
    '{{variables.with-dash}}': 'dash',
    '{{variables.with space}}': 'space',
    '{{agent.key}}': 'shop',
    '{{identity.display_name}}': 'Ann',
    '{{identity.metadata.0.team}}': 'a',
    '{{now}}': now,
  },
  'in the midst of text, several, with and without space': {
    'Order {{variables.order}}.': 'Order A-17.',
    '{{variables.order}}{{ variables.count }}': 'A-173',
    '({{\tvariables.order\n}})': '(A-17)',
    '{{variables.order}} and {{variables.order}}': 'A-17 and A-17',
  },
  'as it is, without escaping': {
    '{{variables.html}}': '<script>alert("&")</script>',
    '"{{variables.quotes}}"': '""\\\n"',
    '{{variables.dollars}}!': "$& $1 $$ $' $`!",
  },
  'once: what a request brings is not read again': {
    '{{variables.braces}}': '{{task.id}} {{variables.order}}',
    '{ {{variables.braces}} }': '{ {{task.id}} {{variables.order}} }',
  },
  'values in text: scalars as text, objects and lists as JSON, null as nothing': {
    '{{variables.count}} {{variables.yes}} {{variables.no}} {{variables.zero}}': '3 true false 0',
    '{{variables.list}}': '["one",{"two":2}]',
    'so: {{variables.deep}}': 'so: {"er":{"est":"bottom"}}',
    '[{{variables.nothing}}{{variables.empty}}]': '[]',
  },
  'names that are none render empty': {
    '[{{variables.missing}}]': '[]',
    '[{{variables.order.length}}]': '[]',
    '[{{variables.deep.er.est.more}}]': '[]',
    '[{{message}}{{message.role}}]': '[{"text":"Tom & <b>\\"Jerry\\"</b>\\nsecond line"}]',
    '[{{metadata.x}}{{thread.id}}{{memory.x}}{{conversation.x}}]': '[]',
    '[{{variables.order || "x"}}]': '[]',
    '[{{variables.constructor}}{{headers.__proto__}}{{metadata.toString}}]': '[]',
    '[{{variables.constructor.constructor}}{{variables.__proto__}}{{variables.list.map}}]': '[]',
    '[{{now.constructor}}{{message.text.constructor}}{{tool_results}}{{tool_results.get_iban}}]': '[{}]',
  },
  'what is no placeholder stays as it is': {
    '{{}} {{ }} {variables.order} {{variables.order}': '{{}} {{ }} {variables.order} {{variables.order}',
    '{{{variables.order}}}': '{A-17}',
    '{% variables.order %} ${variables.order} $variables': '{% variables.order %} ${variables.order} $variables',
    '\\{{variables.order}}': '\\A-17',
  },
}

t.test('a placeholder in a text', async t => {
  for (const [what, table] of Object.entries(texts)) {
    t.test(what, async t => {
      const says = Object.keys(table).map(say => ({ say }))
      const { client } = await start(t, { clock: 'manual', fixtures: [fixture(steps(...says))] })
      const parts = partsOf(await client.post(request, 'shop'))
      for (const [index, [template, expected]] of Object.entries(table).entries())
        t.equal(parts[index]?.['text'], expected, template)
    })
  }
  t.test('{{task.id}} is the id of the task, on every turn', async t => {
    const { client } = await start(t, { fixtures: [fixture(steps({ say: '{{task.id}}' }))] })
    const first = await client.post(request)
    t.equal(textOf(first), first.body.task_id)
    t.equal(textOf(await client.say('more', { task_id: first.body.task_id })), first.body.task_id)
  })
  t.test('{{now}} is when it is said, by the clock of the workspace', async t => {
    const script = steps({ say: '{{now}}' }, { wait: '1500ms' }, { say: '{{now}}' })
    const { url, client } = await start(t, { clock: 'manual', fixtures: [fixture(script)] })
    const { body } = await client.post({ ...request, background: true })
    await controlOf(url, client.key).advance(1500)
    const parts = partsOf(await client.settled(body.task_id))
    t.strictSame(
      parts.map(({ text }) => text),
      [now, '2026-01-01T00:00:01.500Z'],
    )
  })
  t.test('{{identity}} also reads the old contact', async t => {
    const { client } = await start(t, { fixtures: [fixture(steps({ say: '{{identity.display_name}}' }))] })
    t.equal(textOf(await client.say('x', { contact: { id: 'u_2', display_name: 'Bob' } })), 'Bob')
  })
  t.test('{{tool_results}} are by the name of the tool; JSON text is read as JSON', async t => {
    const { client } = await start(t, {
      fixtures: [
        fixture([
          { name: 'ask', steps: [{ call: 'get_iban' }, { call: 'get_name' }] },
          {
            name: 'answer',
            after: 'ask',
            steps: [
              { say: '{{tool_results.get_name}} has {{tool_results.get_iban.iban}}.' },
              { data: { iban: '{{tool_results.get_iban}}', __proto__: null, name: '{{tool_results.get_name}}' } },
              { say: '{{tool_results.toString}}{{tool_results.get_iban.toString}}' },
            ],
          },
        ]),
      ],
    })
    const { body } = await client.post(request)
    const [iban, name] = (body.pending_tool_calls as { id: string }[]).map(({ id }) => id)
    const message = results({ [iban!]: '{"iban": "NL91", "sure": true}', [name!]: 'Ann' })
    t.strictSame(partsOf(await client.post({ task_id: body.task_id, message })), [
      { kind: 'text', text: 'Ann has NL91.' },
      { kind: 'data', data: { iban: { iban: 'NL91', sure: true }, name: 'Ann' } },
      { kind: 'text', text: '' },
    ])
  })
})

t.test('keys, names and criteria are never made', async t => {
  const braces = '{{variables.order}}'
  const script: ScriptShape = {
    name: braces,
    when: { text: braces, variables: { [braces]: braces } },
    model: `openai/${braces}`,
    trail: true,
    steps: [
      { tool: braces, arguments: { [braces]: 1 }, result: { [braces]: { [braces]: 2 } } },
      { data: { [braces]: 1 } },
      { call: braces, arguments: { [braces]: 1 } },
    ],
  }
  const { url, client } = await start(t, { fixtures: [fixture([script])] })
  const { body } = await client.say(`my ${braces}`, { variables: { [braces]: braces, order: 'A-17' } })
  t.equal(body.model, `openai/${braces}`)
  t.strictSame(body.output[0].parts[0].data, { [braces]: 1 })
  t.match(body.output[0].parts[1], { tool_name: braces, arguments: { [braces]: 1 } })
  t.match(body.output[1].parts[0], { tool_name: braces, arguments: { [braces]: 1 } })
  t.strictSame(body.output[2].parts[0].result, { [braces]: { [braces]: 2 } })
  t.equal((await controlOf(url, client.key).lastRequest()).script, braces)
  t.equal((await client.say('my A-17', { variables: { [braces]: 'A-17' } })).status, 404)
})

t.test('whatever a request brings comes back as it was', async t => {
  const { client } = await start(t, {
    fixtures: [
      fixture(
        steps({ say: '{{message.text}}' }, { say: '<{{variables.text}}>' }, { data: { value: '{{variables.value}}' } }),
      ),
    ],
  })
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('{{now}}', '$&', '\ud800'),
  )
  await fc.assert(
    fc.asyncProperty(text, fc.jsonValue(), async (text, value) => {
      const sent = { message: user(text), variables: { text, value } }
      const [said, within, data] = partsOf(await client.post(sent))
      t.equal(said?.['text'], text)
      t.equal(within?.['text'], `<${text}>`)
      t.equal(JSON.stringify(data?.['data']), JSON.stringify({ value }))
    }),
    { numRuns: 300 },
  )
})
