import type { OutgoingHttpHeaders } from 'node:http'
import type { FastifyReply } from 'fastify'
import type { Entry } from '../workspace/journal.ts'
import { noteReply } from './record.ts'

/** A body as text, or what makes it of the journal's entry: that is what the journal keeps, and asks again. */
type Body = Exclude<Entry['reply'], undefined>

export const jsonType = 'application/json; charset=utf-8'

/** The door for whole bodies, where the journal hears of them. Streams have their own. */
function sendBody(reply: FastifyReply, body: Body): void {
  const text = typeof body === 'string' ? body : body(reply.request.entry)
  noteReply(reply, body, text.length)
  reply.send(text)
}

export function sendJson(reply: FastifyReply, status: number, body: Body): void {
  reply.code(status).header('content-type', jsonType)
  sendBody(reply, body)
}

/** As a fixture wants it: the framework would correct a content type that it does not know. Undefined: no body at all. */
export function sendAsWritten(reply: FastifyReply, headers: Record<string, string>, text: string | undefined): void {
  // As bytes: Node writes the headers in the encoding of a body that is a string.
  const bytes = text === undefined ? undefined : Buffer.from(text)
  noteReply(reply, text, text?.length ?? 0)
  const length = bytes || reply.statusCode === 205 ? { 'content-length': String(bytes?.length ?? 0) } : {}
  reply.raw.writeHead(reply.statusCode, { ...(reply.getHeaders() as OutgoingHttpHeaders), ...headers, ...length })
  reply.hijack()
  reply.raw.end(bytes)
}
