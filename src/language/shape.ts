import { Type, type Static } from '@sinclair/typebox'
import { Choice, FreeObject, reworded } from '../contract/kinds.ts'
import { Usage } from '../contract/response.ts'
import { exact } from './exact.ts'
import { Duration, HttpAnswer, Steps } from './step-shape.ts'

/** What a fixture file may say. Validation, types and the JSON Schema for editors all come from here. */

export const Pace = Type.Union(
  [
    Choice(['instant', 'realistic'], { title: 'instant or realistic' }),
    exact(
      Type.Object({
        first: Type.Optional(reworded(Duration, { description: 'Before the first chunk of the turn. Default 0.' })),
        each: Type.Optional(reworded(Duration, { description: 'Before every further chunk. Default 0.' })),
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

const Attempt = Type.Union([exact(Type.Object({ steps: Steps })), exact(Type.Object({ http: HttpAnswer }))], {
  title: 'Attempt',
})

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
      http: Type.Optional(HttpAnswer),
      model: Type.Optional(Type.String({ minLength: 1, description: 'The model to report, as `provider/model`.' })),
      pace: Type.Optional(Pace),
      hold: Type.Optional(Hold),
      polls: Type.Optional(
        Type.Array(HttpAnswer, { minItems: 1, description: 'Answers the first GETs of the task with these instead.' }),
      ),
      trail: Type.Optional(
        Type.Boolean({
          description: "Whether the output ends with the messages that tell the server tools' calls and results.",
        }),
      ),
      usage: Type.Optional(
        exact(reworded(Usage, { description: 'The usage to report; without it, it is estimated.' })),
      ),
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
      scripts: Type.Array(ScriptShape, { minItems: 1 }),
    },
    { title: 'Fixture', description: 'An agent of orq-agents-mock and its scripts.' },
  ),
)
export type FixtureFile = Static<typeof FixtureFile>
