import type { FastifyReply } from 'fastify'
import type { HttpAnswer } from '../script/script.ts'
import { bodilessStatuses } from '../language/step-shape.ts'
import type { Lookup } from '../script/template.ts'
import { jsonType, sendAsWritten, sendJson } from './send.ts'
import type { Wire } from './wire.ts'

/** Gives the HTTP answer that a fixture asks for, in place of a turn. */
export function sendAnswer(
  reply: FastifyReply,
  answer: HttpAnswer,
  lookup: Lookup,
  wire: Wire,
  asked: 'create' | 'poll',
): void {
  if (answer.kind === 'fault') return breakReply(reply, answer.fault, wire)
  reply.code(answer.status)
  const written = Object.entries(answer.headers).map(([name, value]) => [
    name.toLowerCase(),
    headerValue(value.render(lookup)),
  ])
  const headers = Object.fromEntries(written) as Record<string, string>
  if (bodilessStatuses.includes(answer.status)) return sendAsWritten(reply, headers, undefined)
  const body = answer.body ? answer.body(lookup) : wire.plainError(answer.status, asked)
  const isText = typeof body === 'string'
  const type = isText ? 'text/plain; charset=utf-8' : jsonType
  const typed = Object.hasOwn(headers, 'content-type') ? headers : { ...headers, 'content-type': type }
  sendAsWritten(reply, typed, isText ? body : JSON.stringify(body))
}

/** A placeholder may bring anything; a header may hold printable characters only. */
function headerValue(text: string): string {
  return text.replace(/[^\t\x20-\x7e\x80-\xff]/g, ' ')
}

function breakReply(reply: FastifyReply, fault: 'reset' | 'hang' | 'garbage', { brokenReply }: Wire): void {
  switch (fault) {
    case 'garbage':
      return sendJson(reply, 200, brokenReply)
    case 'reset':
      reply.hijack()
      reply.raw.socket?.resetAndDestroy()
      return
    case 'hang':
      reply.hijack()
  }
}
