import { Type } from '@sinclair/typebox'
import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { ApiError } from '../contract/errors.ts'
import { Problem } from '../problem.ts'
import { badBody } from '../http/bad-body.ts'
import { check } from '../loading/check.ts'
import { showPath } from '../language/fault.ts'
import type { Home } from '../workspace/home.ts'
import { isUnmatched, type Entry } from '../workspace/journal.ts'
import { tokenOf } from '../http/auth.ts'
import { askedOf, bodyRefusals, refusals, type AdminContext, type Asked } from './context.ts'
import { entryToSend, JournalEntry } from './journal-view.ts'
import { demandKnownNames } from './known-names.ts'
import { lazily, sendPieces } from './send-pieces.ts'
import { account, Finding, isAgent, turnsOf, verify, Expectations, type Expectation, type Gaps } from './verify.ts'

const Filter = Type.Object(
  {
    agent: Type.Optional(Type.String()),
    task: Type.Optional(Type.String()),
    script: Type.Optional(Type.String()),
    unmatched: Type.Optional(Type.Boolean()),
    limit: Type.Optional(Type.Integer({ minimum: 1, description: 'Only the latest so many.' })),
  },
  { additionalProperties: false },
)

/** The request journal, and what it is for. */
export const requestRoutes: FastifyPluginCallbackTypebox<AdminContext> = (app, context, done) => {
  const list = Type.Object({
    requests: Type.Array(JournalEntry),
    dropped: Type.Integer({ description: 'How many fell out of the journal, or went with a dropped workspace.' }),
  })
  const read = {
    tags: ['journal'],
    summary: 'The request journal',
    description: 'Oldest first. Without a bearer token also the latest requests that have no workspace.',
    querystring: Filter,
    response: { 200: list, 400: ApiError, ...refusals },
  }
  app.get('/__admin/requests', { schema: read }, (request, reply) => {
    const { agent, task, script, unmatched, limit = Infinity } = request.query
    const { homes, lost } = askedOf(tokenOf(request), context)
    const found = entriesOf(homes).filter(
      ({ entry }) =>
        (agent === undefined || (entry.agent !== undefined && isAgent(entry.agent, agent))) &&
        (task === undefined || entry.task === task) &&
        (script === undefined || entry.script?.name === script) &&
        (unmatched === undefined || isUnmatched(entry) === unmatched),
    )
    const latest = found.slice(Math.max(0, found.length - limit))
    sendPieces(reply, {
      requests: lazily(latest, ({ home, entry }) => entryToSend(home, entry)),
      dropped: fallenOut(homes) + lost.requests,
    })
  })

  const clear = {
    tags: ['journal'],
    summary: 'Empty the journal',
    response: { 200: Type.Object({ deleted: Type.Integer() }), ...refusals },
  }
  app.delete('/__admin/requests', { schema: clear }, (request, reply) => {
    const token = tokenOf(request)
    const deleted = entriesOf(askedOf(token, context).homes).length
    context.workspaces.clearJournals(token)
    if (token === undefined) context.outside.journal.clear()
    reply.send({ deleted })
  })

  const check = {
    tags: ['journal'],
    summary: 'Check which requests came',
    querystring: Type.Object(
      { ordered: Type.Optional(Type.Boolean({ description: 'They came in this order.' })) },
      { additionalProperties: false },
    ),
    body: Expectations,
    response: { 200: Type.Object({ findings: Type.Array(Finding) }), 422: ApiError, ...bodyRefusals },
  }
  app.post('/__admin/verify', { schema: check }, (request, reply) => {
    const asked = askedOf(tokenOf(request), context)
    reply.send({ findings: demandExpectations(asked, request.body, request.query.ordered ?? false) })
  })
  done()
}

/** Throws a Problem with the account if an expectation does not hold. */
export function demandExpectations(asked: Asked, expectations: readonly Expectation[], ordered: boolean): Finding[] {
  demandShape(expectations)
  const turns = turnsOf(entriesOf(asked.workspaces).map(({ entry }) => entry))
  demandKnownNames(asked, turns, expectations)
  const gaps: Gaps = { fallenOut: fallenOut(asked.workspaces), lost: asked.lost }
  const findings = verify(turns, expectations, ordered, gaps)
  if (findings.every(({ holds }) => holds)) return findings
  throw new Problem('not_verified', account(findings, turns, gaps), { extra: { findings } })
}

/** The same shape for those who come by HTTP and for those who call from code, and one bound each. */
function demandShape(expectations: readonly Expectation[]): void {
  const faults = check(Expectations, expectations, {})
  if (faults.length > 0) throw badBody(faults.map(({ path, message }) => ({ place: `body${showPath(path)}`, message })))
  const index = expectations.findIndex(
    ({ count, at_least: least, never }) => [count, least, never].filter(bound => bound !== undefined).length > 1,
  )
  if (index >= 0) throw new Problem('bad_body', `body[${index}] must have only one of count, at_least and never`)
}

/** Of several workspaces, in the order they came. */
export function entriesOf(homes: readonly Home[]): { home: Home; entry: Entry }[] {
  const all = homes.flatMap(home => home.journal.entries().map(entry => ({ home, entry })))
  return homes.length > 1 ? all.sort((one, other) => one.entry.atMs - other.entry.atMs) : all
}

const fallenOut = (homes: readonly Home[]) => homes.reduce((sum, { journal }) => sum + journal.dropped(), 0)
