import { timingSafeEqual, hash } from 'node:crypto'
import { isIP } from 'node:net'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Problem } from '../problem.ts'

export interface GateSettings {
  /** Hosts beside IP addresses, `localhost` and names without a dot. */
  allowHosts: readonly string[]
  /** What X-Admin-Token has to hold; undefined: nothing. */
  adminToken: string | undefined
}

/** The one hook before every route of the control API. Web pages, foreign names for this host and strangers stay out. */
export function guard(app: FastifyInstance, settings: GateSettings): void {
  app.addHook('onRequest', (request, _reply, done) => {
    done(refusal(request, settings))
  })
}

function refusal(request: FastifyRequest, settings: GateSettings): Problem | undefined {
  const { headers } = request
  const host = hostName(headers.host)
  if (!isKnownHost(host, settings.allowHosts))
    return new Problem('forbidden', `The control API does not answer to the host "${host}".`, {
      hint: 'Use an IP address or localhost, or start the mock with --allow-host.',
    })
  if (headers['sec-fetch-site'] === 'cross-site' || isForeign(headers.origin, headers.host))
    return new Problem('forbidden', 'The control API does not answer to web pages of other origins.')
  if (request.routeOptions.config.open) return undefined
  if (!isToken(headers['x-admin-token'], settings.adminToken))
    return new Problem('unauthorized', 'The control API needs its token.', { hint: 'Send it as X-Admin-Token.' })
  return undefined
}

/** Without port, brackets and a final dot. */
function hostName(host = ''): string {
  return host
    .replace(/:\d*$/, '')
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase()
}

/** A name with a dot may be anybody's, pointed at this machine (DNS rebinding). */
function isKnownHost(host: string, allowed: readonly string[]): boolean {
  return isIP(host) > 0 || (host !== '' && !host.includes('.')) || allowed.some(name => name.toLowerCase() === host)
}

function isForeign(origin: string | undefined, host = ''): boolean {
  if (origin === undefined) return false
  return !URL.canParse(origin) || new URL(origin).host !== host.toLowerCase()
}

/** In constant time, whatever the lengths. */
function isToken(given: string | string[] | undefined, wanted: string | undefined): boolean {
  if (wanted === undefined) return true
  if (typeof given !== 'string') return false
  return timingSafeEqual(hash('sha256', given, 'buffer'), hash('sha256', wanted, 'buffer'))
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answers without the admin token too. */
    open?: boolean
  }
}
