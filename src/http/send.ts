import type { OutgoingHttpHeaders } from 'node:http'
import type { FastifyReply } from 'fastify'
import type { Entry } from '../workspace/journal.ts'
import { noteReply } from './record.ts'
import { Splitter } from './splitter.ts'

declare module 'fastify' {
  interface FastifyReply {
    /** Its bytes leave in pieces of so many. */
    split: number | undefined
  }
}

/** A body as text, or what makes it of the journal's entry: that is what the journal keeps, and asks again. */
type Body = Exclude<Entry['reply'], undefined>

export const jsonType = 'application/json; charset=utf-8'

/** The door for whole bodies, where the journal hears of them. Streams have their own. */
function sendBody(reply: FastifyReply, body: Body): void {
  const text = typeof body === 'string' ? body : body(reply.request.entry)
  noteReply(reply, body, text.length)
  if (reply.split === undefined) return void reply.send(text)
  writeBytes(reply, {}, Buffer.from(text))
}

/** Past the framework, which would write the head and the body at once. */
function writeBytes(reply: FastifyReply, headers: Record<string, string>, bytes: Buffer | undefined): void {
  const { raw, statusCode, split } = reply
  const length = bytes || statusCode === 205 ? { 'content-length': String(bytes?.length ?? 0) } : {}
  raw.writeHead(statusCode, { ...(reply.getHeaders() as OutgoingHttpHeaders), ...headers, ...length })
  reply.hijack()
  if (bytes && split !== undefined) new Splitter(raw, split).end(bytes)
  else raw.end(bytes)
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
  writeBytes(reply, headers, bytes)
}
