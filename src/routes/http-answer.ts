import { STATUS_CODES } from 'node:http'
import type { FastifyReply } from 'fastify'
import type { ApiError } from '../contract/errors.ts'
import type { HttpAnswer } from '../script/script.ts'
import type { Lookup } from '../script/template.ts'
import { jsonType, sendBody, sendJson } from './send.ts'

/** Gives the HTTP answer that a fixture asks for, in place of a turn. */
export function sendAnswer(reply: FastifyReply, answer: HttpAnswer, lookup: Lookup): void {
  if (answer.kind === 'fault') return breakReply(reply, answer.fault)
  const { status } = answer
  for (const [name, value] of Object.entries(answer.headers)) reply.header(name, headerValue(value.render(lookup)))
  const body = answer.body ? answer.body(lookup) : plainError(status)
  reply.code(status)
  if (typeof body === 'string') {
    if (!reply.hasHeader('content-type')) reply.type('text/plain; charset=utf-8')
    return sendBody(reply, body)
  }
  if (!reply.hasHeader('content-type')) reply.type(jsonType)
  sendBody(reply, JSON.stringify(body))
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
