import type { FastifyReply, FastifyRequest } from 'fastify'
import { bodilessStatuses } from '../language/step-shape.ts'
import { Problem } from '../problem.ts'
import type { HttpAnswer } from '../script/script.ts'
import { jsonOf } from '../script/json-of.ts'
import type { Lookup } from '../script/template.ts'
import { breakReply } from './break-reply.ts'
import { sendProblem } from './errors.ts'
import { jsonType, sendAsWritten } from './send.ts'
import type { Wire } from './wire.ts'

/** Gives the HTTP answer that a fixture asks for, in place of a turn or of a task; after its delay. */
export function sendAnswer(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: HttpAnswer,
  lookup: Lookup,
  wire: Wire,
  asked: 'create' | 'poll',
): void {
  const { workspace, entry } = request
  const send = () => {
    if (answer.kind === 'status') return sendStatus(reply, answer, lookup, wire, asked)
    entry.end = 'cut'
    breakReply(reply, answer.fault, wire)
  }
  if (answer.delayMs <= 0) return send()
  const cancel = workspace.later(answer.delayMs, send, () => sendProblem(reply, interrupted(), wire))
  reply.raw.once('close', cancel)
}

const interrupted = () =>
  new Problem('task_reset', 'The mock has ended this request before its answer was due.', {
    hint: 'It was reset, or the mock is shutting down.',
  })

function sendStatus(
  reply: FastifyReply,
  answer: Extract<HttpAnswer, { kind: 'status' }>,
  lookup: Lookup,
  wire: Wire,
  asked: 'create' | 'poll',
): void {
  reply.code(answer.status)
  const written = Object.entries(answer.headers).map(([name, value]) => [
    name.toLowerCase(),
    headerValue(value.render(lookup)),
  ])
  const headers = Object.fromEntries(written) as Record<string, string>
  if (bodilessStatuses.includes(answer.status)) return sendAsWritten(reply, headers, undefined)
  const body = answer.body ? answer.body.render(lookup) : wire.plainError(answer.status, asked)
  const isText = typeof body === 'string'
  const type = answer.body?.type ?? (isText ? 'text/plain; charset=utf-8' : jsonType)
  const typed = Object.hasOwn(headers, 'content-type') ? headers : { ...headers, 'content-type': type }
  sendAsWritten(reply, typed, isText ? body : jsonOf(body))
}

/** A placeholder may bring anything; a header may hold printable characters only. */
function headerValue(text: string): string {
  return text.replace(/[^\t\x20-\x7e\x80-\xff]/g, ' ')
}
