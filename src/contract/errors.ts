import { Type, type Static } from '@sinclair/typebox'
import { Choice } from './kinds.ts'

/** What this server has to say beyond the emulated API: under one key, which the SDKs ignore. */
export const Diagnostics = Type.Object(
  {
    code: Type.Optional(Type.String({ description: 'Names the kind of error, for programs.' })),
    hint: Type.Optional(Type.String({ description: 'What to do about it.' })),
    task_id: Type.Optional(Type.String({ description: 'The task that failed.' })),
    response_id: Type.Optional(Type.String({ description: 'The response that failed.' })),
    near_misses: Type.Optional(
      Type.Array(
        Type.Object({
          script: Type.String(),
          place: Type.String({ description: 'File and line of the script.' }),
          state: Type.Optional(Type.String({ description: 'What the state of the task has against it.' })),
          criteria: Type.Array(
            Type.Object({
              criterion: Type.String(),
              holds: Type.Boolean(),
              by: Type.Optional(Choice(['key', 'version', 'glob'], { description: 'How a fixture names the agent.' })),
              expected: Type.Unknown(),
              found: Type.Optional(Type.Unknown()),
            }),
          ),
        }),
        { description: 'The scripts that came nearest.' },
      ),
    ),
    problems: Type.Optional(
      Type.Array(Type.Object({ place: Type.String(), message: Type.String() }), {
        description: 'What is wrong with the request, each with its place; the first ten.',
      }),
    ),
    faults: Type.Optional(Type.Array(Type.Unknown(), { description: 'What is wrong with the fixtures: the first.' })),
    total: Type.Optional(Type.Integer({ description: 'How many faults there are in all.' })),
    findings: Type.Optional(Type.Array(Type.Unknown(), { description: 'What came of each expectation.' })),
    suggestion: Type.Optional(
      Type.String({ description: 'A script, ready to paste, that would have matched; a comment says where it goes.' }),
    ),
  },
  { title: 'Diagnostics', description: 'Diagnostics of the mock; not part of the emulated API.' },
)

/** The error body of the POST, of authentication, and of everything else but the poll's 404. */
export const ApiError = Type.Object(
  {
    code: Type.Integer({ description: 'The HTTP status.' }),
    error: Type.String({ description: 'The same text as `message`.' }),
    message: Type.String(),
    source: Type.Literal('system'),
    mock: Type.Optional(Diagnostics),
  },
  { title: 'ApiError', description: 'An error.' },
)
export type ApiError = Static<typeof ApiError>

/** The poll's 404. Its code is a string: a number makes the vendor's TypeScript SDK raise another class. */
export const TaskNotFound = Type.Object(
  { code: Type.Optional(Type.String()), message: Type.String(), mock: Type.Optional(Diagnostics) },
  { title: 'TaskNotFound', description: 'There is no such task for this agent and this API key.' },
)
export type TaskNotFound = Static<typeof TaskNotFound>
