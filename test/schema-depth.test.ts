import t from 'tap'
import { fixture, start } from './kit.ts'
import type { ScriptShape } from '../src/language/shape.ts'

const nested = (levels: number) => {
  let value: unknown[] = []
  for (let level = 1; level < levels; level += 1) value = [value]
  return value
}

/** A schema of lists in lists; each level is reached by way of so many others. */
const lists = (hops: number) => ({
  properties: { variables: { properties: { deep: { $ref: '#/$defs/hop0' } } } },
  $defs: {
    ...Object.fromEntries(
      Array.from({ length: hops }, (_, hop) => [`hop${hop}`, { allOf: [{ $ref: `#/$defs/hop${hop + 1}` }] }]),
    ),
    [`hop${hops}`]: { type: 'array', items: { $ref: '#/$defs/hop0' } },
  },
})

const scripts = (hops: number): ScriptShape[] => [
  { name: 'lists', when: { body: lists(hops) }, steps: [{ say: 'Lists.' }] },
]

t.test('a schema that refers to itself is held against a body as deep as bodies may be', async t => {
  const { client } = await start(t, { fixtures: [fixture(scripts(0))] })
  t.equal((await client.say('Hi.', { variables: { deep: nested(490) } })).status, 200)
  t.equal((await client.say('Hi.', { variables: { deep: [[[1]]] } })).status, 404)
})

t.test('a condition that cannot be tried does not hold, and the near miss says why', async t => {
  const { client } = await start(t, { fixtures: [fixture(scripts(90))] })
  t.equal((await client.say('Hi.', { variables: { deep: nested(10) } })).status, 200)
  const { status, body } = await client.say('Hi.', { variables: { deep: nested(490) } })
  t.equal(status, 404)
  t.match(body.mock.near_misses, [
    {
      script: 'lists',
      criteria: [
        { criterion: 'agent' },
        { criterion: 'body', holds: false, found: /^what cannot be tried: Maximum call stack/ },
      ],
    },
  ])
})
