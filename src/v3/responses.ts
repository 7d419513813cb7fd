import { Type } from '@sinclair/typebox'
import type { FastifyInstance } from 'fastify'
import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { RouterError } from '../contract/v3/errors.ts'
import { RouterEvent } from '../contract/v3/events.ts'
import { ResponseParams, RouterRequest } from '../contract/v3/request.ts'
import { RouterResponse } from '../contract/v3/response.ts'
import { allowPreflight } from '../http/cors.ts'
import type { CreateSettings } from '../http/create.ts'
import { createResponse, noteAgent } from './create.ts'
import { retrieve } from './retrieve.ts'

const errors = (...statuses: number[]) => Object.fromEntries(statuses.map(status => [status, RouterError]))

/** What a line of the stream carries; the last one is `data: [DONE]`. */
const StreamFrame = Type.Object({ data: Type.Optional(RouterEvent) })

const createSchema = (summary: string) => ({
  tags: ['router'],
  summary,
  description:
    'Answers when the run is done, at once (`background`), or as a stream of events (`stream`), which ends with `data: [DONE]`.',
  body: RouterRequest,
  response: {
    200: {
      content: {
        'application/json': { schema: RouterResponse },
        'text/event-stream': { schema: StreamFrame, 'x-speakeasy-sse-sentinel': '[DONE]' },
      },
    },
    ...errors(400, 401, 404, 405, 413, 415, 429, 500, 503),
  },
})

const retrieveSchema = (summary: string) => ({
  tags: ['router'],
  summary,
  description: 'Shows a response that is stored, however it was asked for.',
  params: ResponseParams,
  response: { 200: RouterResponse, ...errors(400, 401, 404, 405, 414, 429, 500, 503) },
})

/** The second is what older configurations of OpenAI's clients name. */
const places = [
  { path: '/v3/router/responses', also: '' },
  { path: '/v2/router/responses', also: ', by its older path' },
]

/** The emulated API of the router. */
export const routerRoutes: FastifyPluginCallbackTypebox<CreateSettings> = (app, settings, done) => {
  app.addHook('preValidation', (request, _reply, next) => {
    if (request.method === 'POST') noteAgent(request)
    next()
  })
  for (const { path, also } of places) {
    app.post(path, { schema: createSchema(`Ask an agent for a response${also}`) }, (request, reply) => {
      createResponse(request, reply, request.body, settings)
    })
    app.get(`${path}/:response_id`, { schema: retrieveSchema(`How a response stands${also}`) }, (request, reply) => {
      retrieve(request, reply, request.params.response_id)
    })
  }
  done()
}

export function routerPreflight(app: FastifyInstance, cors: Record<string, string>): void {
  for (const { path } of places) {
    allowPreflight(app, path, 'POST', cors)
    allowPreflight(app, `${path}/:response_id`, 'GET', cors)
  }
}
