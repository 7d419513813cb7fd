import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify'
import { Problem } from '../problem.ts'

/** The methods of each path. */
type Routes = Map<string, Set<string>>

/** Remembers every route, so that what is not one can be answered with those there are. */
export function watchRoutes(app: FastifyInstance): Routes {
  const routes: Routes = new Map()
  app.addHook('onRoute', ({ url, method }: RouteOptions) => {
    const methods = routes.get(url) ?? new Set()
    for (const one of [method].flat()) methods.add(one)
    routes.set(url, methods)
  })
  return routes
}

/** 404 for a path that is none, 405 for a path with other methods; before any body is read. Comes after all routes. */
export function answerUnknown(app: FastifyInstance, routes: Routes): void {
  const hint = `The routes are: ${listOf(routes)}.`
  for (const [url, methods] of [...routes]) {
    app.route({
      url,
      method: app.supportedMethods.filter(method => !methods.has(method)),
      onRequest: (request, _reply, done) => done(wrongMethod(request, url, [...methods])),
      handler: unreached,
    })
  }
  app.addHook('onRequest', (request, _reply, done) => done(request.is404 ? unknownRoute(request, hint) : undefined))
  app.setNotFoundHandler(request => {
    throw unknownRoute(request, hint)
  })
}

/** What comes before it always answers. */
const unreached = () => {}

function wrongMethod(request: FastifyRequest, url: string, known: string[]): Problem {
  const allow = known.join(', ')
  return new Problem('wrong_method', `${request.method} is not a method of ${shown(url)}.`, {
    hint: `Its methods are: ${allow}.`,
    headers: { allow },
  })
}

const unknownRoute = (request: FastifyRequest, hint: string) =>
  new Problem('unknown_route', `There is no ${request.method} ${request.url.split('?')[0]}.`, { hint })

/** Without those that follow from the others. */
function listOf(routes: Routes): string {
  const lines = [...routes].flatMap(([url, methods]) => [...methods].map(method => ({ method, url })))
  const told = lines.filter(({ method }) => method !== 'HEAD' && method !== 'OPTIONS')
  return told.map(({ method, url }) => `${method} ${shown(url)}`).join(', ')
}

const shown = (url: string) => url.replace(/:(\w+)/g, '{$1}')
