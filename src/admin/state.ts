import { Type } from '@sinclair/typebox'
import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { ApiError } from '../contract/errors.ts'
import { Problem } from '../problem.ts'
import { tokenOf } from '../http/auth.ts'
import type { Workspace } from '../workspace/workspace.ts'
import { isoTime } from '../iso-time.ts'
import { FixturesHealth, fixturesHealthOf } from './fixtures-health.ts'
import { bodyRefusals, Fingerprint, refusals, Time, workspacesFor, workspacesOf, type AdminContext } from './context.ts'

const Health = Type.Object(
  {
    status: Type.Literal('ok'),
    workspaces: Type.Integer(),
    tasks: Type.Integer(),
    running: Type.Integer({ description: 'Tasks in progress.' }),
    streams: Type.Integer({ description: 'Open now.' }),
    requests: Type.Integer({ description: 'Since the start.' }),
    unmatched: Type.Integer({
      description: 'Those that reached no script, no route or, without a valid key, no workspace.',
    }),
    unknown_routes: Type.Integer({ description: 'Of the unmatched.' }),
    unauthorized: Type.Integer({ description: 'Of the unmatched.' }),
    refused: Type.Integer({ description: 'What was turned away for another reason, since the start.' }),
    dropped: Type.Object(
      {
        workspaces: Type.Integer(),
        tasks: Type.Integer(),
        requests: Type.Integer(),
        overlays: Type.Integer({ description: 'Fixtures that were put for a key whose workspace was dropped.' }),
      },
      { description: 'What had to go because of a limit.' },
    ),
    fixtures: FixturesHealth,
  },
  { title: 'Health' },
)

/** How the server stands, its clocks, and the way back to the start. */
export const stateRoutes: FastifyPluginCallbackTypebox<AdminContext> = (app, context, done) => {
  const health = { tags: ['server'], summary: 'Liveness, and the counters', response: { 200: Health, 403: ApiError } }
  app.get('/__admin/health', { config: { open: true }, schema: health }, (_request, reply) => {
    reply.send(healthOf(context))
  })

  const ready = {
    tags: ['server'],
    summary: 'Ready: fixtures are valid and the port is open',
    response: { 200: Type.Object({ status: Type.Literal('ready') }), 403: ApiError },
  }
  app.get('/__admin/ready', { config: { open: true }, schema: ready }, (_request, reply) => {
    reply.send({ status: 'ready' })
  })

  const openApi = {
    tags: ['server'],
    summary: 'This document',
    response: { 200: Type.Object({}, { additionalProperties: true }), ...refusals },
  }
  app.get('/__admin/openapi.json', { schema: openApi }, (_request, reply) => {
    reply.send(context.openApi())
  })

  const advance = {
    tags: ['server'],
    summary: 'Move a manual clock',
    description: 'Answers once everything that fell due has played.',
    body: Type.Object({ ms: Type.Integer({ minimum: 0 }) }, { additionalProperties: false }),
    response: {
      200: Type.Object({ clocks: Type.Array(Type.Object({ workspace: Fingerprint, now: Time })) }),
      409: ApiError,
      ...bodyRefusals,
    },
  }
  app.post('/__admin/clock/advance', { schema: advance }, (request, reply) => {
    const { ms } = request.body
    demandManualClock(context.manualClock)
    const workspaces = workspacesFor(request, context)
    advanceClocks(workspaces, ms)
    const clocks = workspaces.map(({ fingerprint, clock }) => ({
      workspace: fingerprint,
      now: isoTime(clock().now()),
    }))
    reply.send({ clocks })
  })

  const reset = {
    tags: ['server'],
    summary: 'Tasks, journal, counters, overlay, ids and clock back to the start',
    description: 'Runs end where they stand: waiting POSTs get a 503, streams end.',
    response: {
      200: Type.Object({ workspaces: Type.Integer({ description: 'How many were reset.' }) }),
      ...bodyRefusals,
    },
  }
  app.post('/__admin/reset', { schema: reset }, (request, reply) => {
    const { length } = workspacesOf(request, context)
    const token = tokenOf(request)
    if (token === undefined) context.resetAll()
    else context.workspaces.reset(token)
    reply.send({ workspaces: length })
  })
  done()
}

function healthOf(context: AdminContext) {
  const { workspaces, outside, totals } = context
  const all = workspaces.all()
  const lost = workspaces.lost(undefined)
  const sum = (count: (workspace: (typeof all)[number]) => number) =>
    all.reduce((total, workspace) => total + count(workspace), 0)
  return {
    status: 'ok' as const,
    workspaces: all.length,
    tasks: sum(({ tasks }) => tasks.size()),
    running: sum(({ tasks }) => tasks.running()),
    streams: totals.streams,
    requests: totals.requests,
    unmatched: totals.unmatched,
    unknown_routes: totals.unknownRoutes,
    unauthorized: totals.unauthorized,
    refused: totals.refused,
    dropped: {
      ...workspaces.dropped(),
      tasks: lost.tasks + sum(({ tasks }) => tasks.dropped()),
      requests: lost.requests + sum(({ journal }) => journal.dropped()) + outside.journal.dropped(),
    },
    fixtures: fixturesHealthOf(context.library(), context.fixtures()),
  }
}

export function demandManualClock(manual: boolean): void {
  if (manual) return
  throw new Problem('clock_is_real', "The clock is the real one; only a manual one (clock: 'manual') can be moved.", {
    hint: 'Start the mock with --clock manual.',
  })
}

/** The last time that a ULID can tell. */
const endOfTimeMs = 2 ** 48 - 1

/** All or none: throws a Problem for what is no time to move on by, for any of them, before the first has moved. */
export function advanceClocks(workspaces: readonly Workspace[], ms: number): void {
  const late = workspaces.some(({ clock }) => clock().now() + ms > endOfTimeMs)
  if (!Number.isInteger(ms) || ms < 0 || ms > endOfTimeMs || late)
    throw new Problem('bad_body', `ms must be whole milliseconds, from 0 to the end of the calendar; found ${ms}`)
  for (const { clock } of workspaces) clock().advance?.(ms)
}
