import { Type } from '@sinclair/typebox'
import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { ApiError } from '../contract/errors.ts'
import type { Home } from '../workspace/home.ts'
import { isUnmatched, type Entry } from '../workspace/journal.ts'
import { tokenOf } from '../http/auth.ts'
import { askedOf, refusals, type AdminContext } from './context.ts'
import { isAgent } from './expectation.ts'
import { entryToSend, JournalEntry } from './journal-view.ts'
import { lazily, sendPieces } from './send-pieces.ts'

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

/** The request journal. */
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

  done()
}

/** Of several workspaces, in the order they came. */
export function entriesOf(homes: readonly Home[]): { home: Home; entry: Entry }[] {
  const all = homes.flatMap(home => home.journal.entries().map(entry => ({ home, entry })))
  return homes.length > 1 ? all.sort((one, other) => one.entry.atMs - other.entry.atMs) : all
}

export const fallenOut = (homes: readonly Home[]) => homes.reduce((sum, { journal }) => sum + journal.dropped(), 0)
