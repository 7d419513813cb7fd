import type { FastifyReply } from 'fastify'
import type { ReplyFault } from '../script/script.ts'
import { resetConnection } from './handshakes.ts'
import { sendJson } from './send.ts'
import type { Wire } from './wire.ts'

/** Loses the reply to a request that does not stream, in one of the ways in which replies are lost. */
export function breakReply(reply: FastifyReply, fault: ReplyFault, { brokenReply }: Wire): void {
  switch (fault) {
    case 'garbage':
      return sendJson(reply, 200, brokenReply)
    case 'reset':
      reply.hijack()
      resetConnection(reply.raw.socket)
      return
    case 'hang':
      reply.hijack()
  }
}
