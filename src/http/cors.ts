import type { FastifyInstance, FastifyReply } from 'fastify'

/** What a page may read of a reply beside its body. */
const exposed = 'Content-Type, Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset'

/** What lets web pages of any origin (or of the one given) read a reply. Without credentials: keys come in a header. */
export function corsHeaders(origin: string): Record<string, string> {
  return {
    'access-control-allow-origin': origin,
    'access-control-expose-headers': exposed,
    ...(origin === '*' ? {} : { vary: 'Origin' }),
  }
}

/** Answers the question a browser asks before it sends a request to this path. It comes without a key. */
export function allowPreflight(app: FastifyInstance, url: string, method: string, cors: Record<string, string>): void {
  app.options(url, { schema: { hide: true } }, (request, reply: FastifyReply) => {
    reply
      .headers({
        ...cors,
        'access-control-allow-methods': method,
        'access-control-allow-headers':
          request.headers['access-control-request-headers'] ?? 'Authorization, Content-Type',
        'access-control-allow-private-network': 'true',
        'access-control-max-age': '600',
      })
      .code(204)
      .send()
  })
}

declare module 'fastify' {
  interface FastifySchema {
    hide?: boolean
  }
}
