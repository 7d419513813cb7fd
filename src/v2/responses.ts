import { Type } from '@sinclair/typebox'
import type { FastifyInstance } from 'fastify'
import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { AgentProfile } from '../contract/agent.ts'
import { ApiError, TaskNotFound } from '../contract/errors.ts'
import { StreamEvent } from '../contract/events.ts'
import { AgentParams, ResponseRequest, TaskParams } from '../contract/request.ts'
import { AgentResponse, TaskResponse } from '../contract/response.ts'
import { allowPreflight } from '../http/cors.ts'
import type { CreateSettings } from '../http/create.ts'
import { showAgent } from './agent.ts'
import { createTurn } from './create.ts'
import { poll } from './poll.ts'

const errors = (...statuses: number[]) => Object.fromEntries(statuses.map(status => [status, ApiError]))

/** What a line of the stream carries; the last one is `data: [DONE]`. */
const StreamFrame = Type.Object({ data: Type.Optional(StreamEvent) })

const createSchema = {
  tags: ['agents'],
  summary: 'Ask an agent for a turn',
  description:
    'Answers when the turn is done, at once (`background`), or as a stream of events (`stream`), which ends with `data: [DONE]`.',
  deprecated: true,
  params: AgentParams,
  body: ResponseRequest,
  response: {
    200: {
      content: {
        'application/json': { schema: AgentResponse },
        'text/event-stream': { schema: StreamFrame, 'x-speakeasy-sse-sentinel': '[DONE]' },
      },
    },
    ...errors(400, 401, 404, 405, 413, 414, 415, 429, 500, 503),
  },
}

const pollSchema = {
  tags: ['agents'],
  summary: 'How a task stands',
  description: 'Shows the latest turn of a task, however it was asked for.',
  deprecated: true,
  params: TaskParams,
  response: { 200: TaskResponse, 404: TaskNotFound, ...errors(400, 401, 405, 414, 429, 500, 503) },
}

const agentSchema = {
  tags: ['agents'],
  summary: 'What an agent is',
  description: 'Clients of the vendor ask for it before they run an agent.',
  params: AgentParams,
  response: { 200: AgentProfile, 404: TaskNotFound, ...errors(400, 401, 405, 414, 429) },
}

const agent = '/v2/agents/:agent_key'
const conversation = `${agent}/responses`

/** The emulated API. */
export const responsesRoutes: FastifyPluginCallbackTypebox<CreateSettings> = (app, settings, done) => {
  app.post(conversation, { schema: createSchema }, (request, reply) => {
    createTurn(request, reply, request.body, settings)
  })
  app.get(agent, { schema: agentSchema }, (request, reply) => {
    showAgent(request, reply, settings.totals)
  })
  app.get(`${conversation}/:task_id`, { schema: pollSchema }, (request, reply) => {
    poll(request, reply, request.params.task_id, settings.totals)
  })
  done()
}

export function preflightRoutes(app: FastifyInstance, cors: Record<string, string>): void {
  allowPreflight(app, agent, 'GET', cors)
  allowPreflight(app, conversation, 'POST', cors)
  allowPreflight(app, `${conversation}/:task_id`, 'GET', cors)
}
