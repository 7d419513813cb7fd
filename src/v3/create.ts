import type { FastifyReply, FastifyRequest } from 'fastify'
import type { RouterRequest } from '../contract/v3/request.ts'
import { badBody } from '../http/bad-body.ts'
import { create, type CreateSettings } from '../http/create.ts'
import { lastScript } from '../task/task.ts'
import { echoOf } from './echo.ts'
import { readInput } from './input.ts'
import { readModel } from './model.ts'
import { continuationOf } from './parent.ts'
import { readAsk } from './read-ask.ts'
import { v3 } from './wire.ts'

/** Asks an agent for a response, which is a task of its own. */
export function createResponse(
  request: FastifyRequest,
  reply: FastifyReply,
  body: RouterRequest,
  settings: CreateSettings,
): void {
  const { workspace, entry } = request
  if (entry.dropped) workspace.journal.reopen(entry, workspace.clock())
  const agent = readModel(body.model)
  const input = readInput(body.input)
  const stored = body.store ?? true
  if (body.background && !stored)
    throw badBody([{ place: 'store', message: 'must not be false beside background, which keeps the response' }])
  const { parent, answers } = continuationOf(workspace, body, input)
  const ask = readAsk(agent, body, request.headers, input, answers)
  const response = { parent, echo: echoOf(body, input), stored }
  const last = parent && lastScript(parent)
  create(request, reply, { ask, task: undefined, last, userMessageId: undefined, response }, settings, v3)
}

/** Before the body is checked, so that the journal knows who was asked also where it is wrong. */
export function noteAgent({ body, entry }: FastifyRequest): void {
  const { model } = (body ?? {}) as { model?: unknown }
  const [, agent] = typeof model === 'string' ? (/^agent\/(.+)$/s.exec(model) ?? []) : []
  entry.agent = agent
}
