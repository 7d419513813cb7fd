import { Type } from '@sinclair/typebox'
import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { ApiError } from '../contract/errors.ts'
import { Problem } from '../problem.ts'
import { tokenOf } from '../routes/auth.ts'
import type { Workspace } from '../workspace/workspace.ts'
import { isoTime } from '../routes/present.ts'
import { bodyRefusals, Fingerprint, refusals, Time, workspacesFor, workspacesOf, type AdminContext } from './context.ts'

const Health = Type.Object(
  {
    status: Type.Literal('ok'),
    scripts: Type.Integer({ description: 'Of fixtures in files, as they are now.' }),
    workspaces: Type.Integer(),
    tasks: Type.Integer(),
    running: Type.Integer({ description: 'Tasks in progress.' }),
    streams: Type.Integer({ description: 'Open now.' }),
    requests: Type.Integer({ description: 'Since the start.' }),
    unmatched: Type.Integer({ description: 'Since the start.' }),
    dropped: Type.Object(
      { workspaces: Type.Integer(), tasks: Type.Integer(), requests: Type.Integer() },
      { description: 'What had to go because of a limit.' },
    ),
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
    const clocks = workspacesFor(request, context).map(workspace => {
      advanceClock(workspace, ms)
      return { workspace: workspace.fingerprint, now: isoTime(workspace.clock().now()) }
    })
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
    const workspaces = workspacesOf(request, context)
    if (tokenOf(request) === undefined) context.resetAll()
    else for (const workspace of workspaces) workspace.reset()
    reply.send({ workspaces: workspaces.length })
  })
  done()
}

function healthOf({ workspaces, totals, library }: AdminContext) {
  const all = workspaces.all()
  const sum = (count: (workspace: (typeof all)[number]) => number) =>
    all.reduce((total, workspace) => total + count(workspace), 0)
  return {
    status: 'ok' as const,
    scripts: library().scripts.length,
    workspaces: all.length,
    tasks: sum(({ tasks }) => tasks.size()),
    running: sum(({ tasks }) => tasks.running()),
    streams: totals.streams,
    requests: totals.requests,
    unmatched: totals.unmatched,
    dropped: {
      workspaces: workspaces.dropped(),
      tasks: sum(({ tasks }) => tasks.dropped()),
      requests: sum(({ journal }) => journal.dropped()),
    },
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

/** Throws a Problem for what is no time to move on by. */
export function advanceClock(workspace: Workspace, ms: number): void {
  const clock = workspace.clock()
  if (!Number.isInteger(ms) || ms < 0 || clock.now() + ms > endOfTimeMs)
    throw new Problem('bad_body', `ms must be whole milliseconds, from 0 to the end of the calendar; found ${ms}`)
  clock.advance?.(ms)
}
