import { Type, type Static, type TObject } from '@sinclair/typebox'
import { AgentProfile } from '../contract/agent.ts'
import { Choice, FreeObject, reworded } from '../contract/kinds.ts'
import { Usage } from '../contract/response.ts'
import { exact } from './exact.ts'
import { Duration, HttpAnswer, ReplyFault, Steps } from './step-shape.ts'

/** What a fixture file may say. Validation, types and the JSON Schema for editors all come from here. */

export const Pace = Type.Union(
  [
    Choice(['instant', 'realistic'], { title: 'instant or realistic' }),
    exact(
      Type.Object({
        headers: Type.Optional(
          reworded(Duration, { description: "Before the run begins, and a stream's headers leave. Default 0." }),
        ),
        first: Type.Optional(reworded(Duration, { description: 'Before the first chunk of the turn. Default 0.' })),
        each: Type.Optional(
          Type.Union([Duration, exact(Type.Object({ p50: Duration, p99: Duration }))], {
            title: 'a duration, or { p50, p99 }',
            description:
              'Before every further chunk. Default 0. With `p50` and `p99`, pauses with a long tail are drawn: half are shorter than the one, one in a hundred is longer than the other.',
          }),
        ),
        jitter: Type.Optional(
          Type.Number({
            minimum: 0,
            maximum: 1,
            description: 'How far each pause may stray, as a share of it. Default 0.',
          }),
        ),
      }),
    ),
  ],
  {
    description:
      'How fast chunks come: `instant` (default), `realistic` (first 300ms, each 30ms, jitter 0.2), or own values.',
  },
)
export type Pace = Static<typeof Pace>

export const Hold = Type.Union(
  [
    Choice(['manual'], { title: 'manual' }),
    exact(Type.Object({ polls: Type.Integer({ minimum: 0, title: 'a number of polls' }) })),
    exact(Type.Object({ for: Duration })),
  ],
  {
    description:
      'How long a background task shows itself in progress: for so many polls (default 1), for a time, or until the control API releases it.',
  },
)
export type Hold = Static<typeof Hold>

const pattern = (description: string) => Type.String({ minLength: 1, description })

const TextCriterion = Type.Union(
  [
    pattern('The text contains this, letter case aside.'),
    exact(
      Type.Object(
        {
          equals: Type.Optional(Type.String({ description: 'The text is this, letter case included.' })),
          contains: Type.Optional(pattern('The text contains this, letter case aside.')),
          matches: Type.Optional(pattern('The text matches this RE2 regular expression somewhere.')),
        },
        { minProperties: 1 },
      ),
    ),
  ],
  { description: "The message's text parts, joined by newlines." },
)

const contains = (what: string) =>
  Type.Optional(reworded(FreeObject, { description: `The request's ${what} contains these values, at any depth.` }))

export const When = exact(
  Type.Object(
    {
      text: Type.Optional(TextCriterion),
      api: Type.Optional(Choice(['v2', 'v3'], { description: 'The API that the request came by.' })),
      role: Type.Optional(Choice(['user', 'tool'], { description: 'The role of the message.' })),
      stream: Type.Optional(Type.Boolean({ description: 'Whether the client asks for a stream.' })),
      background: Type.Optional(Type.Boolean({ description: 'Whether the client asks for a background task.' })),
      file: Type.Optional(
        Type.Union(
          [
            Type.Literal(true),
            exact(
              Type.Object(
                { mimeType: Type.Optional(Type.String()), name: Type.Optional(Type.String()) },
                { minProperties: 1 },
              ),
            ),
          ],
          { description: 'The message carries a file: any (`true`), or one of this type or name.' },
        ),
      ),
      tool_result: Type.Optional(
        Type.Union([pattern('The tool whose call the message answers.'), FreeObject], {
          description:
            'The message answers the call of this tool; as an object, with a result that contains these values.',
        }),
      ),
      variables: contains('variables'),
      metadata: contains('metadata'),
      identity: contains('identity (or its old name, contact)'),
      thread: contains('thread'),
      memory: contains('memory'),
      conversation: contains('conversation'),
      headers: Type.Optional(
        Type.Record(Type.String(), Type.String(), { description: 'Headers that have these values.' }),
      ),
      body: Type.Optional(
        Type.Unsafe<FreeObject>({
          $ref: '#/$defs/schema',
          description: 'A JSON Schema (2020-12) that the whole request body satisfies.',
        }),
      ),
    },
    { title: 'When', description: 'All of these have to hold. Without it, the script always matches.' },
  ),
)
export type When = Static<typeof When>

const Rate = exact(
  Type.Object(
    {
      requests: Type.Integer({ minimum: 1, title: 'a number of requests' }),
      per: Duration,
    },
    {
      title: 'Rate',
      description: 'More requests than this, within so long from the first, get a 429 with `Retry-After`.',
    },
  ),
)
export type Rate = Static<typeof Rate>

/** How a turn is played and told, whatever its steps. */
const manner = {
  model: Type.Optional(Type.String({ minLength: 1, description: 'The model to report, as `provider/model`.' })),
  pace: Type.Optional(Pace),
  hold: Type.Optional(Hold),
  trail: Type.Optional(
    Type.Boolean({
      description: "Whether the output ends with the messages that tell the server tools' calls and results.",
    }),
  ),
  usage: Type.Optional(
    exact(
      Type.Union([Usage, Type.Null()], {
        title: 'usage, or null',
        description: 'The usage to report; null sends null. Without it, it is estimated.',
      }),
    ),
  ),
  reply_fault: Type.Optional(
    reworded(ReplyFault, { description: 'The task is opened and runs, and the JSON reply is lost.' }),
  ),
}
export type Manner = Static<TObject<typeof manner>>

const weight = Type.Optional(
  Type.Integer({
    minimum: 1,
    title: 'a whole number from 1 on',
    description: 'How often it is drawn, beside the others. Default 1.',
  }),
)

const Attempt = Type.Union(
  [exact(Type.Object({ steps: Steps, ...manner, weight })), exact(Type.Object({ http: HttpAnswer, weight }))],
  { title: 'Attempt' },
)

const placeholders = Type.Optional(
  Type.Boolean({ description: 'Whether `{{ }}` in texts stands for something (default), or for itself.' }),
)

export const ScriptShape = exact(
  Type.Object(
    {
      name: Type.String({ minLength: 1, description: 'Unique in the file. Shown in the journal and in errors.' }),
      when: Type.Optional(When),
      after: Type.Optional(
        Type.Union([Type.String({ minLength: 1 }), Type.Array(Type.String({ minLength: 1 }), { minItems: 1 })], {
          description: 'Plays only on a task whose last script was this one, or one of these, of the same file.',
        }),
      ),
      steps: Type.Optional(Steps),
      attempts: Type.Optional(
        Type.Array(Attempt, {
          minItems: 1,
          description: 'The first request this script wins gets the first entry, and so on; the last entry repeats.',
        }),
      ),
      attempts_by: Type.Optional(
        Choice(['key', 'task', 'thread', 'conversation', 'identity'], {
          description: 'Whose requests count together: those of the API key (default), or of the same task, and so on.',
        }),
      ),
      attempts_order: Type.Optional(
        Choice(['in_turn', 'cycle', 'random'], {
          description:
            'The next entry of `attempts`: `in_turn` (default; the last repeats), `cycle`, or `random` (drawn from the seed, by `weight`).',
        }),
      ),
      http: Type.Optional(HttpAnswer),
      ...manner,
      polls: Type.Optional(
        Type.Array(HttpAnswer, { minItems: 1, description: 'Answers the first GETs of the task with these instead.' }),
      ),
      rate: Type.Optional(Rate),
      split: Type.Optional(
        Type.Integer({
          minimum: 1,
          title: 'a number of bytes',
          description: 'The bytes of the reply leave in pieces of so many; characters and frames are cut anywhere.',
        }),
      ),
      placeholders,
    },
    { title: 'Script', description: 'What an agent does in one turn, and when.' },
  ),
)
export type ScriptShape = Static<typeof ScriptShape>

export const FixtureFile = exact(
  Type.Object(
    {
      $schema: Type.Optional(Type.String({ description: 'For editors.' })),
      agent: Type.Optional(
        Type.String({
          pattern: '^[^\\s/]+$',
          title: 'an agent key, key@version, or a glob',
          description:
            'Whose scripts these are: an agent key, `key@4.0.0`, a glob such as `support_*`, or `*` (default).',
        }),
      ),
      model: Type.Optional(Type.String({ minLength: 1, description: 'The model to report. Default `openai/gpt-4o`.' })),
      pace: Type.Optional(Pace),
      rate: Type.Optional(Rate),
      placeholders,
      profile: Type.Optional(
        reworded(Type.Partial(AgentProfile), {
          title: 'Profile',
          additionalProperties: {},
          description: 'What GET /v2/agents/{key} says of the agent, over what it says of any.',
        }),
      ),
      scripts: Type.Array(ScriptShape, { minItems: 1 }),
    },
    { title: 'Fixture', description: 'An agent of orq-agents-mock and its scripts.' },
  ),
)
export type FixtureFile = Static<typeof FixtureFile>
