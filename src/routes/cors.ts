import type { FastifyInstance, FastifyReply } from 'fastify'

/** What a page may read of a reply beside its body. */
const exposed = 'Content-Type, Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset'

/** Lets web pages of any origin (or of the one given) use the emulated API, refusals that come early included. Without credentials: keys come in a header. */
export function allowBrowsers(app: FastifyInstance, origin: string): void {
  const always: Record<string, string> = {
    'access-control-allow-origin': origin,
    'access-control-expose-headers': exposed,
    ...(origin === '*' ? {} : { vary: 'Origin' }),
  }
  app.addHook('onRequest', ({ url }, reply, done) => {
    if (!url.startsWith('/__admin')) reply.headers(always)
    done()
  })
}

/** Answers the question a browser asks before it sends a request to this path. */
export function allowPreflight(app: FastifyInstance, url: string, method: string): void {
  app.options(url, { config: { preflight: true }, schema: { hide: true } }, (request, reply: FastifyReply) => {
    reply
      .headers({
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
  interface FastifyContextConfig {
    /** A preflight comes without a key. */
    preflight?: boolean
  }
  interface FastifySchema {
    hide?: boolean
  }
}
