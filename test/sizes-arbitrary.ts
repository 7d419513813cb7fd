import * as fc from 'fast-check'
import type { Arbitrary } from 'fast-check'

/** What clients may send, of sizes up to the limits. */

const alphabets = [
  'x',
  'word ',
  ' ',
  '您好',
  '👩‍👩‍👧‍👦',
  'e\u0301',
  '\u0301',
  '[',
  '{"a":',
  '"',
  '\\',
  '\u0001',
  '\ud800',
  '{{message.text}} ',
  '\n',
  '[1,{"a":"b"}]',
]

/** Characters. Most bodies stay below a megabyte, and some go over every limit. */
const size = fc.oneof(
  { weight: 3, arbitrary: fc.nat({ max: 2000 }) },
  { weight: 6, arbitrary: fc.nat({ max: 400_000 }) },
  { weight: 2, arbitrary: fc.constantFrom(0, 1_000_000) },
  { weight: 1, arbitrary: fc.constantFrom(3_000_000, 25_000_000) },
)

export const text: Arbitrary<string> = fc
  .tuple(fc.constantFrom(...alphabets), size)
  .map(([unit, units]) => unit.repeat(units / unit.length))

/** JSON, or nearly, of many levels. */
const nested: Arbitrary<string> = fc
  .tuple(fc.constantFrom('[', '{"a":'), fc.oneof(fc.nat({ max: 500 }), fc.nat({ max: 20_000 })), fc.boolean())
  .map(([open, depth, closed]) => {
    const end = open === '[' ? ']' : '}'
    return `${open.repeat(depth)}${open === '[' ? '' : '0'}${closed ? end.repeat(depth) : ''}`
  })

const items: Record<string, (index: number) => unknown> = {
  numbers: index => index,
  texts: index => `text ${index}`,
  objects: index => ({ number: index, name: 'x' }),
  lists: () => [[[[[]]]]],
}

const list = fc
  .tuple(fc.constantFrom(...Object.values(items)), size)
  .map(([item, characters]) => Array.from({ length: Math.min(characters, 1_000_000) / 20 }, (_, index) => item(index)))

const keys = size.map(characters =>
  Object.fromEntries(
    Array.from({ length: Math.min(characters, 1_000_000) / 20 }, (_, index) => [`key ${index}`, index]),
  ),
)

/** What a tool gives back, or a variable holds. */
export const value: Arbitrary<unknown> = fc.oneof(
  text,
  nested,
  list,
  keys,
  list.map(json => JSON.stringify(json)),
)

export const mode = fc.constantFrom({}, { stream: true }, { background: true }, { stream: true, background: true })
