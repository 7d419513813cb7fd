import type { FastifyReply, FastifyRequest } from 'fastify'
import { showTask } from '../http/poll.ts'
import { noteRefusal } from '../http/record.ts'
import { sendJson } from '../http/send.ts'
import { unknownTask } from '../http/unknown-task.ts'
import { parseAgentKey } from '../language/agent-key.ts'
import type { Totals } from '../workspace/totals.ts'
import { findTask } from './find-task.ts'
import { v2 } from './wire.ts'

/** Answers a GET with the task's latest turn. */
export function poll(request: FastifyRequest, reply: FastifyReply, taskId: string, totals: Totals): void {
  const { workspace, entry } = request
  const agent = parseAgentKey(entry.agent!).key
  const task = findTask(workspace, taskId, agent)
  if (task) return showTask(request, reply, task, v2)
  const problem = unknownTask(workspace, agent, taskId)
  noteRefusal(request, problem, totals)
  sendJson(reply, 404, v2.notFoundBody(problem))
}
