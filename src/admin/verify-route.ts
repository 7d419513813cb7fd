import { Type } from '@sinclair/typebox'
import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { ApiError } from '../contract/errors.ts'
import { tokenOf } from '../http/auth.ts'
import { within } from '../options/kinds-of-fixtures.ts'
import { Problem } from '../problem.ts'
import type { Entry } from '../workspace/journal.ts'
import { askedOf, bodyRefusals, type AdminContext, type Asked } from './context.ts'
import { compileExpectations } from './compile-expectations.ts'
import { Expectations, turnReader, type Demand, type Expectation, type Turn } from './expectation.ts'
import { demandKnownNames } from './known-names.ts'
import { entriesOf, fallenOut } from './requests.ts'
import { account, Finding, findingOf, isTurn, verify, type Gaps } from './verify.ts'
import { answerWithin } from './within.ts'

const Query = Type.Object(
  {
    ordered: Type.Optional(Type.Boolean({ description: 'They came in this order.' })),
    within: Type.Optional(
      Type.String({ description: 'Waits so long for them, in real time: a duration up to 60s, such as 2s.' }),
    ),
  },
  { additionalProperties: false },
)

/** What the journal is for. */
export const verifyRoutes: FastifyPluginCallbackTypebox<AdminContext> = (app, context, done) => {
  const schema = {
    tags: ['journal'],
    summary: 'Check which requests came',
    querystring: Query,
    body: Expectations,
    response: { 200: Type.Object({ findings: Type.Array(Finding) }), 422: ApiError, 503: ApiError, ...bodyRefusals },
  }
  app.post('/__admin/verify', { schema }, async (request, reply) => {
    const { ordered = false } = request.query
    const left = new AbortController()
    reply.raw.once('close', () => left.abort())
    const end = AbortSignal.any([left.signal, context.ending])
    const question = { token: tokenOf(request), ordered, withinMs: withinMsOf(request.query.within), end }
    return reply.send({ findings: await demandExpectations(context, request.body, question) })
  })
  done()
}

function withinMsOf(text: string | undefined): number {
  try {
    return text === undefined ? 0 : within.fromTexts([text])
  } catch (error) {
    throw new Problem('bad_body', `within ${(error as Error).message}`)
  }
}

interface Question {
  /** Of the API key whose requests are meant; undefined: all. */
  token: string | undefined
  ordered: boolean
  /** How long to wait for what is expected. */
  withinMs: number
  /** Ends the waiting. */
  end: AbortSignal
}

/** Throws a Problem with the account if an expectation does not hold. */
export async function demandExpectations(
  context: AdminContext,
  expectations: readonly Expectation[],
  { token, ordered, withinMs, end }: Question,
): Promise<Finding[]> {
  const demands = await compileExpectations(expectations)
  const turnOf = turnReader()
  const look = () => hold(askedOf(token, context), expectations, demands, ordered, turnOf)
  const held = () => {
    const found = look()
    return found.held.every(({ holds }) => holds) ? found : undefined
  }
  const { held: all, turns, gaps } = (await answerWithin(held, withinMs, context.bell, end)) ?? look()
  const findings = all.map(one => findingOf(one, turns, ordered))
  if (findings.every(({ holds }) => holds)) return findings
  throw new Problem('not_verified', account(findings, turns, gaps), { extra: { findings } })
}

function hold(
  asked: Asked,
  expectations: readonly Expectation[],
  demands: readonly Demand[],
  ordered: boolean,
  turnOf: (entry: Entry) => Turn,
) {
  const entries = entriesOf(asked.workspaces).flatMap(({ entry }) => (isTurn(entry) ? entry : []))
  demandKnownNames(asked, entries, expectations)
  const turns = entries.map(turnOf)
  const gaps: Gaps = { fallenOut: fallenOut(asked.workspaces), lost: asked.lost }
  return { held: verify(turns, demands, ordered, gaps), turns, gaps }
}
