import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ResponseRequest } from '../contract/request.ts'
import { create, type CreateSettings } from '../http/create.ts'
import { parseAgentKey } from '../language/agent-key.ts'
import { lastScript } from '../task/task.ts'
import { taskToContinue } from './continuation.ts'
import { readAsk, toolsAnswered } from './read-ask.ts'
import { v2 } from './wire.ts'

/** Asks an agent for a turn, of a task of its own or of one that the request names. */
export function createTurn(
  request: FastifyRequest,
  reply: FastifyReply,
  body: ResponseRequest,
  settings: CreateSettings,
): void {
  const { workspace, entry } = request
  if (entry.dropped) workspace.journal.reopen(entry, workspace.clock())
  const agent = parseAgentKey(entry.agent!)
  const task = taskToContinue(workspace, agent.key, body)
  const ask = readAsk(agent, body, request.headers, toolsAnswered(body, task))
  const last = task && lastScript(task)
  create(request, reply, { ask, task, last, userMessageId: body.message.messageId, response: undefined }, settings, v2)
}
