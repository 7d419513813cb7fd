import * as fc from 'fast-check'
import t, { type Test } from 'tap'
import type { ScriptShape } from '../src/language/shape.ts'
import { makeServer } from '../src/server.ts'
import { controlOf } from './control.ts'
import { exchange, playOut, takenUp, until } from './exchange.ts'
import { fixture, start, user } from './kit.ts'
import { request, script as anyScript } from './script-arbitrary.ts'

const key = 'test-key'
const path = '/v2/agents/support/responses'
const body = { message: user('go') }

async function begin(t: Test, steps: NonNullable<ScriptShape['steps']>) {
  const fixtures = [fixture([{ name: 'only', steps }])]
  const started = await start(t, { fixtures, clock: 'manual', seed: 'golden' })
  return { ...started, control: controlOf(started.url, key) }
}

const cuts: Record<string, ScriptShape['steps']> = {
  end: [{ cut: 'end' }],
  reset: [{ cut: 'reset' }],
  stall: [{ cut: 'stall' }],
  garbage: [{ cut: 'garbage' }],
  'reset after two chunks': [{ cut: 'reset', after_chunks: 2 }],
}
for (const [what, cut] of Object.entries(cuts)) {
  t.test(`a stream that is cut (${what}) stops nothing: the task ends as scripted`, async t => {
    const steps = [{ say: 'One moment.' }, ...cut!, { wait: '1s' }, { say: 'Here it is.' }, { call: 'confirm' }]
    const { url, client, control } = await begin(t, steps)
    const sent = exchange(url, { key, path, body: { ...body, stream: true } })
    await until('cut', () => sent.received().includes('part.delta'))
    await control.advance(1000)
    t.notMatch(sent.received(), '[DONE]')
    const { body: task } = await client.get((await control.task()).id)
    const whole = await begin(
      t,
      steps.filter(step => !('cut' in step)),
    )
    const waiting = whole.client.post(body)
    await until('running', () => whole.mock.workspaces.of(key).tasks.running() === 1)
    await whole.control.advance(1000)
    const { body: reply } = await waiting
    t.strictSame(task, { ...reply, status: 'completed' }, 'to the id, what a sync reply would have been')
    sent.leave()
  })
}

const words = [
  'one',
  'Zoe\u0308',
  '👩‍👩‍👧‍👦👍🏽',
  '🇳🇱🇧🇪🇱🇺',
  '您的订单已经找到我们会在三个工作日内把货款退还到您原来的付款账户',
  '\r\n',
  ' \u0301',
  '\u2028',
  'x'.repeat(99),
]
const piece = fc.oneof(fc.constantFrom(...words, ' ', '\n\n'), fc.string({ unit: 'grapheme', maxLength: 8 }))
const anyText = fc.array(piece, { maxLength: 8 }).map(pieces => pieces.join(''))

t.test('chunks joined are the text, to the byte, in a stream and in a reply', async t => {
  const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
  const { client } = await begin(t, [{ say: '{{message.text}}' }, { think: '{{message.text}}' }])
  await fc.assert(
    fc.asyncProperty(anyText, async text => {
      const message = user(text)
      const { events } = await client.stream({ message })
      const { body: reply } = await client.post({ message })
      const said: string[] = []
      const thought: string[] = []
      for (const { type, data } of events) {
        if (type !== 'part.delta') continue
        if (data.delta.kind === 'text') said.push(data.delta.text)
        if (data.delta.kind === 'reasoning') thought.push(data.delta.reasoning)
      }
      const graphemes = new Set(Array.from(segmenter.segment(text), ({ index }) => index))
      const starts = said.map((_, index) => said.slice(0, index).join('').length)
      const split = starts.some(start => !graphemes.has(start) && start < text.length)
      if (said.join('') !== text || thought.join('') !== text || split)
        throw new Error(JSON.stringify({ said, thought }))
      if (reply.output[0].parts[0].text !== text) throw new Error(`the reply says ${JSON.stringify(reply.output)}`)
    }),
    { numRuns: 60 },
  )
  t.pass()
})

for (const [what, piece] of Object.entries({ letters: 'x', umlauts: 'für ', emoji: '👩‍👩‍👧‍👦', ideographs: '您的' })) {
  t.test(`a text of 200,000 characters is no hang: ${what}`, async t => {
    const text = piece.repeat(200_000 / piece.length)
    const { client } = await begin(t, [{ say: '{{message.text}}' }])
    const fromMs = performance.now()
    t.equal((await client.say(text)).body.output[0].parts[0].text, text)
    const tookMs = performance.now() - fromMs
    t.ok(tookMs < 3000, `${Math.round(tookMs)} ms`)
  })
}

t.test('the same seed and the same requests give the same bytes', async t => {
  const mode = fc.constantFrom({}, { background: true }, { stream: true })
  const act = fc.tuple(request, mode, fc.nat({ max: 2000 }))
  await fc.assert(
    fc.asyncProperty(anyScript, fc.array(act, { minLength: 1, maxLength: 4 }), async (script, acts) => {
      const [one, other, strange] = [await session('a'), await session('a'), await session('b')]
      if (one.join('\n') !== other.join('\n')) throw new Error(`${one.join('\n')}\n— but —\n${other.join('\n')}`)
      if (one.join('\n') === strange.join('\n')) throw new Error('another seed gives the same')

      async function session(seed: string): Promise<string[]> {
        const mock = await makeServer({ fixtures: [{ scripts: [script] }], clock: 'manual', seed })
        try {
          const url = await mock.listen(0, '127.0.0.1')
          const replies: string[] = []
          for (const [asked, mode, ms] of acts) {
            const sent = exchange(url, { key, path, body: { ...asked, ...mode } })
            await takenUp(mock, key, sent)
            mock.workspaces.of(key).clock().advance!(ms)
            await playOut(mock, key, 500)
            await sent.ended
            replies.push(`${sent.status()} ${sent.received()}`)
            const poll = exchange(url, { key, path: `${path}/${mock.workspaces.of(key).tasks.all().at(-1)!.id}` })
            await poll.ended
            replies.push(`${poll.status()} ${poll.received()}`)
          }
          return replies
        } finally {
          await mock.close()
        }
      }
    }),
    { numRuns: 30 },
  )
  t.pass()
})
