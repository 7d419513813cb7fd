import * as fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import { finishReasons, type Usage } from '../src/contract/response.ts'
import type { Pace, ScriptShape } from '../src/language/shape.ts'
import { stepLists } from '../src/language/step-lists.ts'
import type { StepShape } from '../src/language/step-shape.ts'

/** Random scripts that pass the fixture checks: every step but cuts, raw bytes and reviews that wait for a person. */

const placeholders = [
  '{{message.text}}',
  '{{ variables.name }}',
  '{{variables.deep.list}}',
  '{{variables.missing}}',
  '{{identity.display_name}}',
  '{{agent.key}}',
  '{{task.id}}',
  '{{now}}',
]

const words = [
  'order',
  'A-17',
  'all is well.',
  'Zoe\u0308',
  '👩‍👩‍👧‍👦👍🏽',
  '🇳🇱🇧🇪🇱🇺',
  '您好您的订单已经找到我们会在三个工作日内把货款退还到您原来的付款账户',
  '"quoted" \\ </script>',
  '\r\n',
  '\n\n\t',
  '\u2028',
  'data: [DONE]\n\n',
]

const text: Arbitrary<string> = fc
  .array(fc.oneof(fc.constantFrom(...words, ...placeholders), fc.string({ unit: 'grapheme', maxLength: 8 })), {
    maxLength: 6,
  })
  .chain(pieces => fc.constantFrom('', ' ').map(glue => pieces.join(glue)))

const filled = text.map(text => text || 'something')
const duration = fc.oneof(
  fc.integer({ min: 0, max: 900 }).map(ms => `${ms}ms`),
  fc.constantFrom('0.25s', '1.5s', '2.5ms', '0.01m'),
)
const toolName = fc.constantFrom('lookup_order', 'issue_refund', 'get_iban')
const value = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(...placeholders), text)
const object = fc.dictionary(fc.oneof(fc.constantFrom('order', 'total'), fc.string({ maxLength: 4 })), value, {
  maxKeys: 3,
  noNullPrototype: true,
})

function only<T extends object>(wanted: { [Key in keyof T]-?: Arbitrary<T[Key]> }, required: (keyof T)[]) {
  return fc.record(wanted, { requiredKeys: required, noNullPrototype: true }) as unknown as Arbitrary<T>
}

const names = { mimeType: fc.constantFrom('text/plain', 'image/png'), name: text }
const file = fc.oneof(
  only({ uri: filled, ...names }, ['uri']),
  only({ bytes: fc.base64String({ minLength: 4, maxLength: 40 }), ...names }, ['bytes']),
)
const data = fc.record({ data: object }, { noNullPrototype: true })

const messagePart = fc.oneof(
  fc.record({ kind: fc.constant('text'), text }),
  only({ kind: fc.constant('error'), error: text, code: fc.integer() }, ['kind', 'error']),
  only({ kind: fc.constant('data'), data: object, metadata: object }, ['kind', 'data']),
  only({ kind: fc.constant('file'), file, metadata: object }, ['kind', 'file']),
  fc.record({
    kind: fc.constant('tool_call'),
    tool_name: toolName,
    tool_call_id: fc.constantFrom('one', 'two'),
    arguments: object,
  }),
  only({ kind: fc.constant('tool_result'), tool_call_id: fc.constantFrom('one', 'two'), result: value }, [
    'kind',
    'tool_call_id',
  ]),
)
const message = only(
  {
    messageId: filled,
    role: fc.constantFrom('user', 'agent', 'tool', 'system'),
    parts: fc.array(messagePart, { maxLength: 4 }),
    metadata: object,
  },
  ['role', 'parts'],
)

const tool = fc.oneof(
  only({ tool: toolName, arguments: object, result: value, takes: duration }, ['tool']),
  only({ tool: toolName, arguments: object, error: text, takes: duration }, ['tool', 'error']),
)

const plainStep = fc.oneof(
  { weight: 4, arbitrary: fc.record({ say: text }) },
  { weight: 2, arbitrary: fc.record({ think: text }) },
  { weight: 1, arbitrary: fc.record({ file }) },
  { weight: 1, arbitrary: data },
  { weight: 2, arbitrary: tool },
  { weight: 1, arbitrary: fc.record({ together: fc.array(tool, { minLength: 1, maxLength: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ message }) },
  { weight: 1, arbitrary: fc.record({ wait: duration }) },
) as Arbitrary<StepShape>

const calls = fc
  .array(
    only({ call: toolName, arguments: object, id: fc.constantFrom('', '{{task.id}}', 'for {{message.text}}') }, [
      'call',
    ]),
    {
      minLength: 1,
      maxLength: 3,
    },
  )
  .map(list =>
    list.map(step =>
      step.arguments === undefined && step.call.length % 2 === 0 ? { ...step, arguments_text: '{"a": ' } : step,
    ),
  )
  .map(list => list.map((step, index) => ('id' in step ? { ...step, id: `${step.id}#${index}` } : step)))

const fail = only({ fail: filled, code: fc.integer({ min: 400, max: 599 }) }, ['fail'])
const finish = fc.record({ finish: fc.constantFrom(...finishReasons) })

/** `mayEnd`: whether these steps may end the turn, since nothing follows them that would ever play. */
function stepsOf(depth: number, mayEnd: boolean): Arbitrary<StepShape[]> {
  const step =
    depth === 0
      ? plainStep
      : fc.oneof({ weight: 9, arbitrary: plainStep }, { weight: 1, arbitrary: review(depth - 1, false) })
  const endings: Arbitrary<unknown[]>[] = [fc.constant([]), calls, fail.map(step => [step]), finish.map(step => [step])]
  if (depth > 0) endings.push(review(depth - 1, true).map(step => [step]))
  return fc
    .tuple(fc.array(step, { maxLength: 5 }), mayEnd ? fc.oneof(...endings) : fc.constant([]))
    .map(([body, ending]) => [...body, ...(ending as StepShape[])])
}

/** What is not played may always end the turn. */
function review(depth: number, last: boolean): Arbitrary<StepShape> {
  const common = { review: toolName, arguments: object, takes: duration, rejected: stepsOf(depth, true) }
  return fc.oneof(
    only({ ...common, outcome: fc.constant('approved'), approved: stepsOf(depth, last) }, ['review']),
    only({ ...common, outcome: fc.constant('rejected'), approved: stepsOf(depth, true) }, ['review', 'outcome']),
  )
}

const jitter = fc.double({ min: 0, max: 1, noNaN: true })
const pace: Arbitrary<Pace> = fc.oneof(
  fc.constantFrom('instant' as const, 'realistic' as const),
  only({ headers: duration, first: duration, each: duration }, []),
  only({ first: duration, each: fc.constant({ p50: '5ms', p99: '40ms' }), jitter }, ['first', 'each']),
  only({ first: duration, each: duration, jitter }, ['first', 'each']),
)

const tokens = fc.oneof(fc.nat(), fc.constant(null))
const usage = fc.oneof(
  fc.constant(null),
  only<Usage>(
    {
      prompt_tokens: fc.nat(),
      completion_tokens: fc.nat(),
      total_tokens: fc.nat(),
      prompt_tokens_details: fc.oneof(fc.constant(null), only({ cached_tokens: tokens, audio_tokens: tokens }, [])),
      completion_tokens_details: fc.oneof(fc.constant(null), only({ reasoning_tokens: tokens }, [])),
    },
    [],
  ),
)

/** A trail tells of tools, and is a fault where there are none. */
const withTrail = (script: ScriptShape): ScriptShape =>
  stepLists(script, []).some(({ steps }) => steps.some(step => 'tool' in step || 'together' in step))
    ? script
    : { ...script, trail: false }

const random: Arbitrary<ScriptShape> = only(
  {
    name: fc.constant('random'),
    steps: stepsOf(2, true),
    pace,
    usage,
    split: fc.integer({ min: 1, max: 200 }),
    trail: fc.boolean(),
    model: fc.constant('a/b'),
  },
  ['name', 'steps'],
)
export const script: Arbitrary<ScriptShape> = random.map(withTrail)

/** A request of a new task, without its mode. */
export const request: Arbitrary<Record<string, unknown>> = only(
  {
    message: only(
      {
        messageId: filled,
        role: fc.constant('user'),
        parts: fc.array(fc.record({ kind: fc.constant('text'), text }), { maxLength: 3 }),
      },
      ['role', 'parts'],
    ),
    variables: fc.record({ name: value, deep: fc.record({ list: fc.array(value, { maxLength: 2 }) }) }),
    identity: fc.record({ id: fc.constant('ann'), display_name: text }),
  },
  ['message'],
)
