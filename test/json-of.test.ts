import * as fc from 'fast-check'
import t from 'tap'
import { composed, jsonOf, rawJson, unchanging } from '../src/script/json-of.ts'

t.test('what is composed has the JSON that it would have anyway', async t => {
  const { value } = fc.letrec<{ value: unknown }>(tie => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.jsonValue(),
      fc.constant(undefined),
      fc.array(tie('value')).map(composed),
      fc.dictionary(fc.string(), tie('value')).map(composed),
      fc.dictionary(fc.string(), fc.jsonValue()).map(unchanging),
    ),
  }))
  fc.assert(
    fc.property(value, value => {
      for (let round = 0; round < 2; round += 1) t.equal(jsonOf(value), JSON.stringify(value))
    }),
  )
})

t.test('the JSON of what stays as it is, is made once, however often it is named', async t => {
  let made = 0
  const value = unchanging({ toJSON: () => (made += 1) })
  const twice = composed([composed({ one: value }), value])
  t.equal(jsonOf(twice), '[{"one":1},1]')
  t.equal(jsonOf(unchanging(value)), '1')
  t.equal(made, 1)
})

t.test('JSON that is there as text goes in as it is', async t => {
  t.equal(
    jsonOf(composed({ reply: rawJson('{"a" : 1}'), missing: undefined, none: null })),
    '{"reply":{"a" : 1},"none":null}',
  )
})
