import { Type } from '@sinclair/typebox'
import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { ApiError } from '../contract/errors.ts'
import { Problem } from '../problem.ts'
import { badBody } from '../routes/bad-body.ts'
import { check } from '../script/check.ts'
import { showPath } from '../script/fault.ts'
import type { Entry } from '../workspace/journal.ts'
import type { Workspace } from '../workspace/workspace.ts'
import { bodyRefusals, refusals, workspacesOf, type AdminContext } from './context.ts'
import { JournalEntry, viewEntry } from './journal-view.ts'
import { account, Finding, isAgent, turnsOf, verify, Expectations, type Expectation } from './verify.ts'

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
    dropped: Type.Integer({ description: 'How many fell out of the journal.' }),
  })
  const read = {
    tags: ['journal'],
    summary: 'The request journal',
    description: 'Oldest first.',
    querystring: Filter,
    response: { 200: list, 400: ApiError, ...refusals },
  }
  app.get('/__admin/requests', { schema: read }, (request, reply) => {
    const { agent, task, script, unmatched, limit = Infinity } = request.query
    const workspaces = workspacesOf(request, context)
    const found = entriesOf(workspaces).filter(
      ({ entry }) =>
        (agent === undefined || isAgent(entry.agent, agent)) &&
        (task === undefined || entry.task === task) &&
        (script === undefined || entry.script?.name === script) &&
        (unmatched === undefined || (entry.nearMisses !== undefined) === unmatched),
    )
    const requests = found
      .slice(Math.max(0, found.length - limit))
      .map(({ workspace, entry }) => viewEntry(workspace, entry))
    reply.send({ requests, dropped: droppedOf(workspaces) })
  })

  const clear = {
    tags: ['journal'],
    summary: 'Empty the journal',
    response: { 200: Type.Object({ deleted: Type.Integer() }), ...refusals },
  }
  app.delete('/__admin/requests', { schema: clear }, (request, reply) => {
    const workspaces = workspacesOf(request, context)
    const deleted = entriesOf(workspaces).length
    for (const { journal } of workspaces) journal.clear()
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
    const workspaces = workspacesOf(request, context)
    reply.send({ findings: demandExpectations(workspaces, request.body, request.query.ordered ?? false) })
  })
  done()
}

/** Throws a Problem with the account if an expectation does not hold. */
export function demandExpectations(
  workspaces: readonly Workspace[],
  expectations: readonly Expectation[],
  ordered: boolean,
): Finding[] {
  demandShape(expectations)
  const turns = turnsOf(entriesOf(workspaces).map(({ entry }) => entry))
  const dropped = droppedOf(workspaces)
  const findings = verify(turns, expectations, ordered, dropped)
  if (findings.every(({ holds }) => holds)) return findings
  throw new Problem('not_verified', account(findings, turns, dropped), { extra: { findings } })
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
export function entriesOf(workspaces: readonly Workspace[]): { workspace: Workspace; entry: Entry }[] {
  const all = workspaces.flatMap(workspace => workspace.journal.entries().map(entry => ({ workspace, entry })))
  return workspaces.length > 1 ? all.sort((one, other) => one.entry.atMs - other.entry.atMs) : all
}

const droppedOf = (workspaces: readonly Workspace[]) =>
  workspaces.reduce((sum, { journal }) => sum + journal.dropped(), 0)
