import { STATUS_CODES } from 'node:http'
import type { FastifyReply } from 'fastify'
import type { ApiError } from '../contract/errors.ts'
import type { HttpAnswer } from '../script/script.ts'
import { bodilessStatuses } from '../language/step-shape.ts'
import { jsonOf } from '../script/json-of.ts'
import type { Lookup } from '../script/template.ts'
import { jsonType, sendAsWritten, sendJson } from '../http/send.ts'

/** Gives the HTTP answer that a fixture asks for, in place of a turn. */
export function sendAnswer(reply: FastifyReply, answer: HttpAnswer, lookup: Lookup): void {
  if (answer.kind === 'fault') return breakReply(reply, answer.fault)
  reply.code(answer.status)
  const written = Object.entries(answer.headers).map(([name, value]) => [
    name.toLowerCase(),
    headerValue(value.render(lookup)),
  ])
  const headers = Object.fromEntries(written) as Record<string, string>
  if (bodilessStatuses.includes(answer.status)) return sendAsWritten(reply, headers, undefined)
  const body = answer.body ? answer.body(lookup) : plainError(answer.status)
  const isText = typeof body === 'string'
  const type = isText ? 'text/plain; charset=utf-8' : jsonType
  const typed = Object.hasOwn(headers, 'content-type') ? headers : { ...headers, 'content-type': type }
  sendAsWritten(reply, typed, isText ? body : jsonOf(body))
}

function plainError(status: number): ApiError {
  const message = STATUS_CODES[status] ?? `HTTP ${status}`
  return { code: status, error: message, message, source: 'system' }
}

/** A placeholder may bring anything; a header may hold printable characters only. */
function headerValue(text: string): string {
  return text.replace(/[^\t\x20-\x7e\x80-\xff]/g, ' ')
}

function breakReply(reply: FastifyReply, fault: 'reset' | 'hang' | 'garbage'): void {
  switch (fault) {
    case 'garbage':
      return sendJson(reply, 200, '{"_id":"resp_')
    case 'reset':
      reply.hijack()
      reply.raw.socket?.resetAndDestroy()
      return
    case 'hang':
      reply.hijack()
  }
}
