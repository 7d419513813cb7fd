import type { FastifyReply } from 'fastify'
import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { ApiError, TaskNotFound } from '../contract/errors.ts'
import { StreamEvent } from '../contract/events.ts'
import { AgentParams, ResponseRequest, TaskParams } from '../contract/request.ts'
import { AgentResponse, TaskResponse } from '../contract/response.ts'
import { Problem } from '../problem.ts'
import { lookupIn } from '../run/lookup.ts'
import type { Outcome } from '../run/events.ts'
import type { Run } from '../run/run.ts'
import { parseAgentKey } from '../script/agent-key.ts'
import type { Ask } from '../script/ask.ts'
import { echo } from '../script/echo.ts'
import { matchScript } from '../script/match.ts'
import type { Failure, Task } from '../task/task.ts'
import { nearMisses, suggestFixture, summarize } from '../script/near-miss.ts'
import { startTurn } from '../workspace/turn.ts'
import type { Workspace } from '../workspace/workspace.ts'
import { taskToContinue, unknownTask } from './continuation.ts'
import { sendProblem } from './errors.ts'
import { sendAnswer } from './http-answer.ts'
import { presentRunning, presentTask, presentTurn } from './present.ts'
import { readAsk } from './read-ask.ts'
import { streamRun } from './stream.ts'

export interface ApiSettings {
  keepAliveMs: number
  unmatched: 'error' | 'echo'
}

/** The emulated API. */
export const responsesRoutes: FastifyPluginCallbackTypebox<ApiSettings> = (app, settings, done) => {
  app.post('/v2/agents/:agent_key/responses', { schema: createSchema }, (request, reply) => {
    const { workspace } = request
    const agent = parseAgentKey(request.params.agent_key)
    const task = taskToContinue(workspace, agent.key, request.body)
    const ask = readAsk(agent, request.body, request.headers, task)
    const matched = matchScript(workspace.libraries(), ask, task && lastScript(task))
    const script = matched ?? (settings.unmatched === 'echo' ? echo : undefined)
    if (!script) throw noMatch(workspace, ask, task)
    const attempt = workspace.nextAttempt(script)
    if (attempt.kind === 'http')
      return void sendAnswer(
        reply,
        attempt.answer,
        lookupIn(ask, task?.id ?? '', workspace.clock(), () => {}),
      )
    const userMessageId = request.body.message.messageId
    const run = startTurn(workspace, { script, steps: attempt.steps, ask, task, userMessageId, note: () => {} })
    deliver(run, ask, reply, settings)
  })

  app.get('/v2/agents/:agent_key/responses/:task_id', { schema: pollSchema }, (request, reply) => {
    const { workspace } = request
    const { agent_key: key, task_id: id } = request.params
    const task = workspace.tasks.find(id, parseAgentKey(key).key)
    if (task) poll(workspace, task, reply)
    else sendNotFound(reply, id)
  })
  done()
}

/** Sync, background and stream differ only in how they watch the run. */
function deliver(run: Run, ask: Ask, reply: FastifyReply, settings: ApiSettings): void {
  switch (ask.mode) {
    case 'stream':
      reply.hijack()
      streamRun(run, reply.raw, { headers: ownHeaders(reply), keepAliveMs: settings.keepAliveMs, onEnd: () => {} })
      return
    case 'background':
      return void reply.send(presentRunning(run.taskId, run.head))
    case 'sync':
      whenEnded(run, outcome => sendOutcome(run.taskId, outcome, reply))
  }
}

function whenEnded(run: Run, then: (outcome: Outcome) => void): void {
  const outcome = run.outcome()
  if (outcome) return then(outcome)
  const unwatch = run.watch(() => {
    const late = run.outcome()
    if (!late) return
    unwatch()
    then(late)
  })
}

function sendOutcome(taskId: string, outcome: Outcome, reply: FastifyReply): void {
  switch (outcome.kind) {
    case 'finished':
      return void reply.send(presentTurn(taskId, outcome.turn))
    case 'failed':
      return void sendProblem(reply, runFailed(taskId, outcome.failure))
    case 'aborted':
      return void sendProblem(reply, runAborted(taskId))
  }
}

/** The status is what the script says. */
const runFailed = (taskId: string, { error, code }: Failure) =>
  new Problem('run_failed', error, { status: code, extra: { task_id: taskId } })

const runAborted = (taskId: string) =>
  new Problem('task_reset', 'The mock has ended this task.', {
    hint: 'It was reset, or the mock is shutting down.',
    extra: { task_id: taskId },
  })

function poll(workspace: Workspace, task: Task, reply: FastifyReply): void {
  const { veil, polls } = workspace.live(task.id)
  const veiled = veil.up()
  veil.poll()
  const fault = polls.shift()
  if (fault) sendAnswer(reply, fault, () => undefined)
  else reply.send(presentTask(task, veiled))
}

function sendNotFound(reply: FastifyReply, id: string): void {
  const { code, message, hint } = unknownTask(id)
  reply.code(404).send({ code: '404', message, mock: { code, hint } })
}

function noMatch(workspace: Workspace, ask: Ask, task: Task | undefined): Problem {
  const near = nearMisses(workspace.libraries(), ask, task && lastScript(task))
  return new Problem('no_match', `No script matches this request to "${ask.agent.full}".`, {
    hint: summarize(near),
    extra: { near_misses: near, suggestion: suggestFixture(ask) },
  })
}

const lastScript = (task: Task) => (task.state === 'in_progress' ? task.head : task.turn).script

/** What hooks have set, such as CORS. */
const ownHeaders = (reply: FastifyReply) => reply.getHeaders() as Record<string, string>

const errors = (...statuses: number[]) => Object.fromEntries(statuses.map(status => [status, ApiError]))

const createSchema = {
  params: AgentParams,
  body: ResponseRequest,
  response: {
    200: { content: { 'application/json': { schema: AgentResponse }, 'text/event-stream': { schema: StreamEvent } } },
    ...errors(400, 401, 404, 405, 413, 415, 429, 500, 503),
  },
}

const pollSchema = {
  params: TaskParams,
  response: { 200: TaskResponse, 404: TaskNotFound, ...errors(401, 405, 500, 503) },
}
