import * as fc from 'fast-check'
import t from 'tap'
import { contains } from '../src/criteria/contains.ts'
import { afterOf, reachOf } from '../src/loading/reach.ts'
import type { ScriptShape, When } from '../src/language/shape.ts'

/** Scripts that often ask for the same. */
const value = fc.oneof(fc.integer({ min: 0, max: 2 }), fc.constantFrom('a', 'b'))
const list = fc.array(fc.oneof(value, fc.record({ x: value, y: value }, { requiredKeys: [] })), { maxLength: 3 })
const free = fc.dictionary(
  fc.constantFrom('k', 'l', 'm'),
  fc.oneof(value, list, fc.dictionary(fc.constantFrom('k', 'l'), value)),
  { maxKeys: 3 },
)
const when = fc.record(
  { text: fc.constantFrom('a', 'b'), metadata: free, variables: free, body: free, stream: fc.boolean() },
  { requiredKeys: [] },
)
const names = ['one', 'two', 'three', 'four']
const name = fc.constantFrom(...names)
const script = fc.record(
  { name, when, after: fc.oneof(name, fc.array(name, { minLength: 1, maxLength: 3 })), steps: fc.constant([]) },
  { requiredKeys: ['name', 'steps'] },
) as fc.Arbitrary<ScriptShape>

/** The same, told by holding each script against each before it. */
function shadowOf(scripts: readonly ScriptShape[], index: number): ScriptShape | undefined {
  const later = scripts[index]!
  const covers = (wide: When, narrow: When) =>
    (Object.keys(wide) as (keyof When)[]).every(
      key => contains(narrow[key], wide[key]) && (key !== 'body' || contains(wide[key], narrow[key])),
    )
  return scripts.slice(0, index).find(earlier => {
    const [before, after] = [afterOf(earlier), afterOf(later)]
    const sameTier = after.length === 0 ? before.length === 0 : after.every(one => before.includes(one))
    return sameTier && earlier.name !== later.name && covers(earlier.when ?? {}, later.when ?? {})
  })
}

t.test('who stands before whom is what each script held against each says', async t => {
  let found = 0
  fc.assert(
    fc.property(fc.array(script, { maxLength: 12 }), scripts => {
      const reach = reachOf(scripts)
      for (const index of scripts.keys()) {
        const shadow = reach.shadowOf(index)
        if (shadow) found += 1
        if (shadow !== shadowOf(scripts, index)) return false
      }
      return true
    }),
    { numRuns: 1500 },
  )
  t.ok(found > 300, `${found} shadows`)
})
