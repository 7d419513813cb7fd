import { Type, type Static, type TProperties } from '@sinclair/typebox'
import { Choice, FreeObject, reworded } from '../contract/kinds.ts'
import { FinishReason, Message } from '../contract/response.ts'
import { JsonSchema } from './body-shape.ts'
import { exact } from './exact.ts'

export const Duration = Type.String({
  pattern: '^\\d+(\\.\\d+)?(ms|s|m)$',
  title: 'a duration: a number with ms, s or m',
  examples: ['800ms', '2s', '1.5m'],
})

const step = <P extends TProperties>(title: string, description: string, properties: P) =>
  exact(Type.Object(properties, { title, description }))

const toolName = (description: string) => Type.String({ minLength: 1, description })
const callArguments = Type.Optional(reworded(FreeObject, { description: 'The arguments of the call. Default none.' }))
const base64Pattern = '^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$'
export const isBase64 = (text: string): boolean => text !== '' && new RegExp(base64Pattern).test(text)
const base64 = Type.String({
  pattern: base64Pattern,
  minLength: 4,
  title: 'base64',
})

/** How a reply that is not a stream is lost. */
export const ReplyFault = Choice(['reset', 'hang', 'garbage'])

const delay = Type.Optional(reworded(Duration, { description: 'The answer comes after so long. Default 0.' }))

export const HttpAnswer = Type.Union(
  [
    exact(
      Type.Object({
        status: Type.Integer({ minimum: 200, maximum: 599, title: 'an HTTP status from 200 to 599' }),
        headers: Type.Optional(
          Type.Record(Type.String({ pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$" }), Type.String(), {
            additionalProperties: false,
          }),
        ),
        body: Type.Optional(
          Type.Unknown({
            description:
              "JSON, or text; `{ path: ./page.html }` is the text of that file. Without it, an error in the API's shape.",
          }),
        ),
        delay,
      }),
    ),
    exact(Type.Object({ fault: ReplyFault, delay })),
  ],
  {
    title: 'HttpAnswer',
    description: 'An HTTP answer in place of a turn: a status with headers and body, or a broken connection.',
  },
)
export type HttpAnswer = Static<typeof HttpAnswer>
/** The file that a body stands for: `{ path: ./page.html }`. A body of JSON may well have a path of its own. */
export function bodyFile(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined
  const [[key, path] = [], second] = Object.entries(body)
  return key === 'path' && second === undefined && typeof path === 'string' && /^\.\.?\//.test(path) ? path : undefined
}

/** HTTP allows no body with them. */
export const bodilessStatuses: readonly number[] = [204, 205, 304]

const TextFile = exact(
  Type.Object(
    { path: Type.String({ minLength: 1, description: 'Read at load, from inside the fixtures folder.' }) },
    { title: 'TextFile', description: 'The text of a file beside the fixture.' },
  ),
)
const Words = Type.Union([Type.String(), TextFile], { title: 'text, or { path: … } for that of a file' })
export type Words = Static<typeof Words>

const Say = step('say', 'Text of the answer.', { say: Words })
const Think = step('think', 'Reasoning. Streams show it, JSON replies do not.', { think: Words })

const fileNames = { mimeType: Type.Optional(Type.String()), name: Type.Optional(Type.String()) }
const File = step('file', 'A file in the answer.', {
  file: Type.Union([
    exact(Type.Object({ uri: Type.String({ minLength: 1 }), ...fileNames })),
    exact(Type.Object({ bytes: base64, ...fileNames })),
    exact(
      Type.Object({
        path: Type.String({ minLength: 1, description: 'Read at load, from inside the fixtures folder.' }),
        ...fileNames,
      }),
    ),
  ]),
})
const Data = step('data', 'Structured data in the answer.', { data: FreeObject })

const tool = {
  tool: toolName('The tool.'),
  arguments: callArguments,
  result: Type.Optional(Type.Unknown({ description: 'What it gives back.' })),
  error: Type.Optional(Type.String({ description: 'Why it fails; instead of `result`.' })),
  takes: Type.Optional(reworded(Duration, { description: 'How long it takes. Default 0.' })),
}
const Tool = step('tool', 'The agent runs a tool of its own.', tool)
const Together = step(
  'together',
  'Tools that run at the same time: all start, and each is done after its own `takes`.',
  {
    together: Type.Array(exact(Type.Object(tool, { title: 'tool' })), { minItems: 1 }),
  },
)
const Call = step('call', "The agent asks for the client's tool: the turn ends with a pending tool call.", {
  call: toolName("The client's tool."),
  arguments: callArguments,
  arguments_text: Type.Optional(
    Type.String({ description: 'The arguments as the model gave them, JSON or not; instead of `arguments`.' }),
  ),
  id: Type.Optional(Type.String({ minLength: 1, description: 'The id of the call. Default: a new one.' })),
})
const MessageStep = step('message', "A message as it is, beside the agent's.", {
  message: Type.Object({
    ...Message.properties,
    messageId: Type.Optional(Type.String({ minLength: 1, description: 'Default: a new one.' })),
  }),
})
const Wait = step('wait', 'Time passes.', { wait: Duration })
const Fail = step('fail', 'The task fails here.', {
  fail: Type.String({ minLength: 1, description: 'What the error says.' }),
  code: Type.Optional(
    Type.Integer({ minimum: 400, maximum: 599, title: 'an HTTP status from 400 to 599', description: 'Default 500.' }),
  ),
})
const Finish = step('finish', 'Ends the turn for another reason than `stop`.', { finish: FinishReason })
const Cut = step('cut', 'Breaks the stream here; the task goes on.', {
  cut: Choice(['end', 'reset', 'stall', 'garbage']),
  after_chunks: Type.Optional(
    Type.Integer({
      minimum: 1,
      title: 'a number of chunks',
      description: 'Not here, but after so many of the chunks that follow.',
    }),
  ),
})
const Raw = step('raw', 'These bytes in the stream, as they are.', { raw: Type.String() })

const plainSteps = [Say, Think, File, Data, Tool, Together, Call, MessageStep, Wait, Fail, Finish, Cut, Raw] as const
type PlainStep = Static<(typeof plainSteps)[number]>

interface ReviewShape {
  review: string
  arguments?: FreeObject
  outcome?: 'approved' | 'rejected' | 'manual'
  takes?: string
  approved?: StepShape[]
  rejected?: StepShape[]
}
export type StepShape = PlainStep | ReviewShape

const kinds = [
  'say',
  'think',
  'file',
  'data',
  'tool',
  'together',
  'review',
  'call',
  'message',
  'wait',
  'fail',
  'finish',
  'cut',
  'raw',
] as const
type Kind = (typeof kinds)[number]

/** The shape of each kind of step, by the key that names it. */
export type StepOf = { [One in Kind]: Extract<StepShape, Record<One, unknown>> }

/** Of a step whose shape is sound. */
export const kindOf = (step: StepShape): Kind => kinds.find(kind => kind in step)!

/** Refers to the list of steps by name, since a branch of a review holds steps again. */
const steps = (description: string) => Type.Unsafe<StepShape[]>({ $ref: '#/$defs/steps', description })

const Review = step('review', 'A person decides on a call before it runs.', {
  review: toolName('The tool that is to be approved.'),
  arguments: callArguments,
  outcome: Type.Optional(
    Choice(['approved', 'rejected', 'manual'], {
      description: 'Default approved; `manual` waits for the control API.',
    }),
  ),
  takes: Type.Optional(reworded(Duration, { description: 'How long the decision takes. Default 0.' })),
  approved: Type.Optional(steps('Played after the approval; then the script goes on.')),
  rejected: Type.Optional(steps('Played after the rejection; then the turn ends.')),
})

const stepVariants = [...plainSteps, Review]
export const Steps = steps('What the agent does, one after another. One key names a step.')

/** What `$ref`s in the shape of a fixture point to. */
export const definitions = {
  steps: Type.Array(Type.Unsafe<StepShape>({ anyOf: stepVariants, title: 'Step' }), { title: 'Steps' }),
  schema: JsonSchema,
}
