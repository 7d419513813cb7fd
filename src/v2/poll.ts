import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Problem } from '../problem.ts'
import { parseAgentKey } from '../language/agent-key.ts'
import type { Task } from '../task/task.ts'
import { veilOf } from '../workspace/workspace.ts'
import { noteIn } from '../workspace/journal.ts'
import type { Totals } from '../workspace/totals.ts'
import { messageOf } from '../http/errors.ts'
import { sendAnswer } from './http-answer.ts'
import { taskJson } from './present.ts'
import { noteRefusal } from '../http/record.ts'
import { sendJson } from '../http/send.ts'
import { unknownTask } from './unknown-task.ts'

/** Answers a GET with the task's latest turn. */
export function poll(request: FastifyRequest, reply: FastifyReply, taskId: string, totals: Totals): void {
  const { workspace, entry } = request
  const agent = parseAgentKey(entry.agent!).key
  const task = workspace.tasks.find(taskId, agent)
  if (!task) return sendNotFound(reply, unknownTask(workspace, agent, taskId), totals)
  entry.end = 'completed'
  show(request, reply, task)
}

function show({ workspace, entry }: FastifyRequest, reply: FastifyReply, task: Task): void {
  const live = workspace.live(task.id)
  const veil = veilOf(live)
  const veiled = veil.up()
  veil.poll()
  const fault = workspace.nextPoll(task.id)
  if (!fault) return sendTask(reply, task, veiled)
  if (fault.answer.kind === 'fault') entry.end = 'cut'
  sendAnswer(reply, fault.answer, fault.lookup(noteIn(entry)))
}

const sendTask = (reply: FastifyReply, task: Task, veiled: boolean) =>
  sendJson(reply, 200, () => taskJson(task, veiled))

/** This 404 has a shape of its own: its code is a string. */
function sendNotFound(reply: FastifyReply, problem: Problem, totals: Totals): void {
  noteRefusal(reply.request, problem, totals)
  const { code, hint } = problem
  sendJson(reply, 404, JSON.stringify({ code: '404', message: messageOf(problem), mock: { code, hint } }))
}
