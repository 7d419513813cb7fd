import type { FastifyReply } from 'fastify'
import { noteReply } from './record.ts'

/** A body as text, or what makes it: the journal then keeps the maker, which is small, and asks it again. */
type Body = string | (() => string)

/** The one door for whole bodies, where the journal hears of them. Streams have their own. */
export function sendBody(reply: FastifyReply, body: Body): void {
  const text = typeof body === 'string' ? body : body()
  noteReply(reply, body, text.length)
  reply.send(text)
}

export function sendJson(reply: FastifyReply, status: number, body: Body): void {
  reply.code(status).header('content-type', 'application/json; charset=utf-8')
  sendBody(reply, body)
}
