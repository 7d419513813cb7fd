import type { FastifyReply, FastifyRequest } from 'fastify'
import { showTask } from '../http/poll.ts'
import { Problem } from '../problem.ts'
import { headOf } from '../task/task.ts'
import { unknownResponse } from './unknown-response.ts'
import { v3 } from './wire.ts'

/** Answers a GET with how a response stands. */
export function retrieve(request: FastifyRequest, reply: FastifyReply, id: string): void {
  const { workspace, entry, query } = request
  if ((query as Record<string, unknown>)['stream'] === 'true')
    throw new Problem('bad_request', 'The vendor publishes no stream of a response that has begun.', {
      hint: 'Ask without ?stream=true, until the response is done.',
    })
  const task = workspace.tasks.named([id])
  if (!task || headOf(task).ids.response !== id) throw unknownResponse(workspace, id, 'unknown_response')
  entry.agent = task.agent
  entry.task = task.id
  showTask(request, reply, task, v3)
}
