import { METHODS } from 'node:http'
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify'
import { Problem } from '../problem.ts'
import { pathOf } from './path.ts'
import type { Refusal } from './guard-routes.ts'
import type { WireOf } from './wire.ts'

/** The methods of each path. */
type Routes = Map<string, Set<string>>

/** Remembers every route, so that what is not one can be answered with those there are. */
export function watchRoutes(app: FastifyInstance): Routes {
  const routes: Routes = new Map()
  app.addHook('onRoute', ({ url, method, handler }: RouteOptions) => {
    if (handler === unreached) return
    const methods = routes.get(url) ?? new Set()
    for (const one of [method].flat()) methods.add(one)
    routes.set(url, methods)
  })
  return routes
}

/** 404 for a path that is none. `routes` may fill up later. */
export function refuseUnknownRoute(routes: Routes, wireOf: WireOf, basePath: string): Refusal {
  const where = basePath === '' ? '' : `Everything here is served below ${basePath} (--base-path). `
  return request => {
    if (!request.is404 && !lacksParameter(request)) return undefined
    const path = pathOf(request.url)
    const absent = wireOf(path).absent(request.method, path)
    return new Problem('unknown_route', `There is no ${request.method} ${path}.`, {
      hint: absent ?? `${where}The routes are: ${listOf(routes)}.`,
    })
  }
}

/** A path such as `/v2/agents//responses`, which names no agent. */
function lacksParameter({ url, params }: FastifyRequest): boolean {
  return (url.includes('//') || url.includes('/?') || url.endsWith('/')) && Object.values(params as object).includes('')
}

/** 405 for a path with other methods, before any body is read. Comes after all routes. */
export function answerWrongMethods(app: FastifyInstance, routes: Routes, wireOf: WireOf): void {
  // All that a client can send, but CONNECT, which Node does not take for a request.
  for (const method of METHODS)
    if (method !== 'CONNECT' && !app.supportedMethods.includes(method)) app.addHttpMethod(method)
  for (const [url, methods] of [...routes]) {
    const known = [...methods]
    app.route({
      url,
      method: app.supportedMethods.filter(method => !known.includes(method)),
      onRequest: (request, _reply, done) => done(wrongMethod(request, url, known, wireOf)),
      handler: unreached,
    })
  }
}

/** What comes before it always answers. */
const unreached = () => {}

function wrongMethod({ method, url: sent }: FastifyRequest, url: string, known: string[], wireOf: WireOf): Problem {
  const path = pathOf(sent)
  const allow = known.join(', ')
  return new Problem('wrong_method', `${method} is not a method of ${shown(url)}.`, {
    hint: wireOf(path).absent(method, path) ?? `Its methods are: ${allow}.`,
    headers: { allow },
  })
}

/** Without those that follow from the others. */
function listOf(routes: Routes): string {
  const lines = [...routes].flatMap(([url, methods]) => [...methods].map(method => ({ method, url })))
  const told = lines.filter(({ method }) => method !== 'HEAD' && method !== 'OPTIONS')
  return told.map(({ method, url }) => `${method} ${shown(url)}`).join(', ')
}

const shown = (url: string) => url.replace(/:(\w+)/g, '{$1}')
