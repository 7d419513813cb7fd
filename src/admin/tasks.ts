import { Type, type Static } from '@sinclair/typebox'
import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { ApiError } from '../contract/errors.ts'
import { Choice } from '../contract/kinds.ts'
import { Problem } from '../problem.ts'
import { failRun, pendingReview, settleReview, type Run } from '../run/run.ts'
import { lastScript, type Task } from '../task/task.ts'
import { veilOf, type Live, type Workspace } from '../workspace/workspace.ts'
import { tokenOf } from '../http/auth.ts'
import { taskNowhere } from '../http/unknown-task.ts'
import { isoTime } from '../iso-time.ts'
import { bodyRefusals, Fingerprint, refusals, Time, workspacesOf, type AdminContext } from './context.ts'
import { lazily, sendPieces } from './send-pieces.ts'
import { TimelineEvent, viewEvents } from './timeline-view.ts'

const TaskSummary = Type.Object(
  {
    id: Type.String(),
    workspace: Fingerprint,
    agent: Type.String(),
    api: Choice(['v2', 'v3'], { description: 'The API that it was opened by.' }),
    state: Choice(['in_progress', 'inactive', 'errored']),
    held: Type.Boolean({ description: 'Polls show it in progress, whatever its state.' }),
    waiting_for_review: Type.Optional(Type.String({ description: 'The tool whose call waits for approve or reject.' })),
    waiting_calls: Type.Array(Type.String(), { description: 'Tools of the client whose results are awaited.' }),
    script: Type.String({ description: 'The last one.' }),
    created_at: Time,
    error: Type.Optional(Type.String()),
  },
  { title: 'TaskSummary' },
)
const TaskTimeline = Type.Object(
  {
    ...TaskSummary.properties,
    turns: Type.Array(
      Type.Object({
        response_id: Type.String(),
        script: Type.String(),
        started_at: Time,
        outcome: Choice(['running', 'finished', 'failed', 'aborted']),
        events: Type.Array(TimelineEvent),
      }),
      { description: 'The latest 100.' },
    ),
  },
  { title: 'TaskTimeline' },
)
const params = Type.Object({ id: Type.String() })

/** Tasks, and what can be done to them. */
export const taskRoutes: FastifyPluginCallbackTypebox<AdminContext> = (app, context, done) => {
  const list = {
    tags: ['tasks'],
    summary: 'All tasks',
    response: { 200: Type.Object({ tasks: Type.Array(TaskSummary) }), ...refusals },
  }
  app.get('/__admin/tasks', { schema: list }, (request, reply) => {
    const tasks = workspacesOf(request, context).flatMap(workspace =>
      workspace.tasks.all().map(task => ({ workspace, task })),
    )
    sendPieces(reply, { tasks: lazily(tasks, ({ workspace, task }) => summaryOf(workspace, task)) })
  })

  const one = {
    tags: ['tasks'],
    summary: 'One task and its whole timeline',
    params,
    response: { 200: TaskTimeline, 404: ApiError, ...refusals },
  }
  app.get('/__admin/tasks/:id', { schema: one }, (request, reply) => {
    const { workspace, task } = findTask(request, request.params.id, context)
    const live = workspace.live(task.id)
    const runs = live ? [...live.earlier, live.run] : []
    sendPieces(reply, { ...summaryOf(workspace, task), turns: lazily(runs, turnOf) })
  })

  const settle = (action: string, summary: string, effect: (live: Live | undefined, taskId: string) => void) => {
    const schema = {
      tags: ['tasks'],
      summary,
      params,
      response: { 200: TaskSummary, 404: ApiError, 409: ApiError, ...bodyRefusals },
    }
    app.post(`/__admin/tasks/:id/${action}`, { schema }, (request, reply) => {
      const { workspace, task } = findTask(request, request.params.id, context)
      effect(workspace.live(task.id), task.id)
      reply.send(summaryOf(workspace, workspace.tasks.get(task.id)!))
    })
  }
  settle('approve', 'Approve the review that waits', (live, id) =>
    demand(live && settleReview(live.run, 'approved'), id, 'a review'),
  )
  settle('reject', 'Reject the review that waits', (live, id) =>
    demand(live && settleReview(live.run, 'rejected'), id, 'a review'),
  )
  settle('release', 'End the hold, so that polls show what the task is', (live, id) => {
    demand(veilOf(live).up(), id, 'a release')
    veilOf(live).lift()
  })

  const Failing = Type.Object(
    { error: Type.Optional(Type.String()), code: Type.Optional(Type.Integer({ minimum: 400, maximum: 599 })) },
    { additionalProperties: false },
  )
  const fail = {
    tags: ['tasks'],
    summary: 'Make the run fail where it stands',
    params,
    body: Type.Union([Failing, Type.Null()]),
    response: { 200: TaskSummary, 404: ApiError, 409: ApiError, ...bodyRefusals },
  }
  app.post('/__admin/tasks/:id/fail', { schema: fail, config: { bodyOptional: true } }, (request, reply) => {
    const { workspace, task } = findTask(request, request.params.id, context)
    const { error = 'The run was made to fail.', code = 500 } = request.body ?? {}
    const live = workspace.live(task.id)
    demand(live && failRun(live.run, { error, code }), task.id, 'its end')
    reply.send(summaryOf(workspace, workspace.tasks.get(task.id)!))
  })
  done()
}

function demand(done: boolean | undefined, taskId: string, what: string): void {
  if (!done) throw new Problem('nothing_waits', `Task ${taskId} does not wait for ${what}.`)
}

function findTask(request: FastifyRequest, id: string, context: AdminContext): { workspace: Workspace; task: Task } {
  const workspaces = workspacesOf(request, context)
  for (const workspace of workspaces) {
    const task = workspace.tasks.get(id)
    if (task) return { workspace, task }
  }
  throw taskNowhere(id, workspaces, context.workspaces.lost(tokenOf(request)))
}

function summaryOf(workspace: Workspace, task: Task): Static<typeof TaskSummary> {
  const live = workspace.live(task.id)
  const review = live && pendingReview(live.run)?.name
  return {
    id: task.id,
    workspace: workspace.fingerprint,
    agent: task.agent,
    api: task.opened.api,
    state: task.state,
    held: veilOf(live).up(),
    ...(review === undefined ? {} : { waiting_for_review: review }),
    waiting_calls: task.state === 'inactive' ? task.turn.calls.map(call => call.name) : [],
    script: lastScript(task).name,
    created_at: isoTime(task.opened.startedAtMs),
    ...(task.state === 'errored' ? { error: task.failure.error } : {}),
  }
}

const outcomes = { done: 'finished', failed: 'failed', aborted: 'aborted' } as const

const turnOf = (run: Run) => ({
  response_id: run.head.ids.response,
  script: run.head.script.name,
  started_at: isoTime(run.head.startedAtMs),
  outcome: run.outcome ? outcomes[run.outcome.type] : 'running',
  events: viewEvents(run),
})
