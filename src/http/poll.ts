import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Task } from '../task/task.ts'
import { noteIn } from '../workspace/journal.ts'
import { veilOf } from '../workspace/workspace.ts'
import { sendAnswer } from './http-answer.ts'
import { sendJson } from './send.ts'
import type { Wire } from './wire.ts'

/** Answers a poll with how a task stands, or as its script says. */
export function showTask(request: FastifyRequest, reply: FastifyReply, task: Task, wire: Wire): void {
  const { workspace, entry } = request
  entry.end = 'completed'
  const live = workspace.live(task.id)
  const veil = veilOf(live)
  const veiled = veil.up()
  veil.poll()
  const fault = workspace.nextPoll(task.id)
  if (!fault) return sendJson(reply, 200, () => wire.taskBody(task, veiled, live!.run))
  sendAnswer(request, reply, fault.answer, fault.lookup(noteIn(entry)), wire, 'poll')
}
