import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Problem } from '../problem.ts'

/** Says why a request is not let in; undefined: it is. */
export type Refusal = (request: FastifyRequest) => Problem | undefined

/**
 * One hook before every route and every body; the first refusal counts. `late` ones are asked again when the body is
 * there.
 */
export function guardRoutes(app: FastifyInstance, refusals: readonly Refusal[], late: Refusal): void {
  app.addHook('onRequest', (request, _reply, done) => {
    for (const refuse of refusals) {
      const problem = refuse(request)
      if (problem) return done(problem)
    }
    done()
  })
  app.addHook('preHandler', (request, _reply, done) => done(late(request)))
  // Only for its context: the hook above has answered before.
  app.setNotFoundHandler(() => {})
}
