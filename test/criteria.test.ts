import t from 'tap'
import { messageRows } from './criteria-of-message.ts'
import { requestRows } from './criteria-of-request.ts'
import { fails, ofWhen, pretty, says, type Sent, type When } from './criterion.ts'
import { fixture, start, type Client } from './kit.ts'

const rowsByAgent = Object.entries({ ...messageRows, ...requestRows }).map(([title, row], index) => ({
  title,
  row,
  agent: `row-${index}`,
}))

const reply = async (client: Client, agent: string, { headers, ...body }: Sent) => {
  const response = await client.send(body, agent, { headers: { ...client.headers, ...headers } })
  const text = await response.text()
  return { status: response.status, body: (text.startsWith('{') ? JSON.parse(text) : {}) as Record<string, any> } // eslint-disable-line typescript/no-explicit-any -- of many shapes
}

t.test('criteria', async t => {
  const scripts = (when: When) => [{ name: 'row', when, steps: [{ say: 'It holds.' }] }]
  const { client } = await start(t, {
    fixtures: rowsByAgent.map(({ agent, row }) => fixture(scripts(row.when), { agent })),
  })
  for (const { title, row, agent } of rowsByAgent) {
    t.test(title, async t => {
      for (const [what, sent] of Object.entries(row.holds))
        t.equal((await reply(client, agent, sent)).status, 200, what)
      for (const [what, [sent, ...criteria]] of Object.entries(row.fails)) {
        const { status, body } = await reply(client, agent, sent)
        t.equal(status, 404, what)
        t.equal(
          pretty(ofWhen(body.mock?.near_misses?.[0]?.criteria)),
          pretty(criteria),
          `${what}: the near miss says so`,
        )
      }
    })
  }
  t.test('body: what breaks the schema of 2020-12 is told whole', async t => {
    const { agent, row } = rowsByAgent.find(({ title }) => title === 'body: a JSON Schema of 2020-12')!
    for (const variables of [
      { order: 'B-17' },
      { point: [1, 2, 3] },
      { point: [1, 'x'] },
      { note: 'abcd' },
      { more: 1 },
    ]) {
      const sent = { ...says('a'), variables }
      const { status, body } = await reply(client, agent, sent)
      t.equal(status, 404, JSON.stringify(variables))
      t.equal(pretty(ofWhen(body.mock.near_misses[0].criteria)), pretty([fails('body', row.when.body, sent)]))
    }
  })
})
