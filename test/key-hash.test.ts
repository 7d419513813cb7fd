import t from 'tap'
import { makeKeyHash } from '../src/workspace/key-hash.ts'

t.test('texts that are alike have marks of their own, always the same', async t => {
  const mark = makeKeyHash()
  const texts = Array.from({ length: 100_000 }, (_, index) => `key-${index}`)
  t.equal(new Set(texts.map(mark)).size, texts.length)
  t.equal(new Set(texts.map((_, index) => mark('x'.repeat(index % 1000))).slice(0, 1000)).size, 1000)
  for (const text of ['', 'a', 'key-7', '🦊', 'x'.repeat(10_000)]) {
    t.equal(mark(text), mark(text))
    t.ok(Number.isSafeInteger(mark(text)) && mark(text) >= 0)
  }
})

t.test('another process, or another server, marks otherwise', async t => {
  t.not(makeKeyHash()('key'), makeKeyHash()('key'))
})
