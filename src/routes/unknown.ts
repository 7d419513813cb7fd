import type { FastifyInstance, RouteOptions } from 'fastify'
import { Problem } from '../problem.ts'

/** Remembers every route, so that what is not one can be answered with those there are. */
export function watchRoutes(app: FastifyInstance): Map<string, Set<string>> {
  const routes = new Map<string, Set<string>>()
  app.addHook('onRoute', ({ url, method }: RouteOptions) => {
    const methods = routes.get(url) ?? new Set()
    for (const one of [method].flat()) methods.add(one)
    routes.set(url, methods)
  })
  return routes
}

/** 404 for a path that is none, 405 for a path with other methods. Comes after all routes. */
export function answerUnknown(app: FastifyInstance, routes: Map<string, Set<string>>): void {
  const list = [...routes].flatMap(([url, methods]) =>
    [...methods].filter(method => method !== 'HEAD').map(method => `${method} ${shown(url)}`),
  )
  for (const [url, methods] of [...routes]) {
    const known = [...methods]
    const others = app.supportedMethods.filter(method => !methods.has(method))
    app.route({
      url,
      method: others,
      config: { open: true },
      handler: request => {
        throw new Problem(
          'wrong_method',
          `${request.method} is not a method of ${shown(url)}; ${known.join(', ')} is.`,
          {
            headers: { allow: known.join(', ') },
          },
        )
      },
    })
  }
  app.setNotFoundHandler(request => {
    throw new Problem('unknown_route', `There is no ${request.method} ${request.url.split('?')[0]}.`, {
      hint: `The routes are: ${list.join(', ')}.`,
    })
  })
}

const shown = (url: string) => url.replace(/:(\w+)/g, '{$1}')
