import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { fixtureSchema } from '../script/json-schema.ts'
import { guard, type GateSettings } from './gate.ts'

/** The control API. */
export const adminRoutes: FastifyPluginCallbackTypebox<GateSettings> = (app, settings, done) => {
  guard(app, settings)
  app.get('/__admin/health', { config: { open: true } }, (_request, reply) => {
    reply.send({ status: 'ok' })
  })
  app.get('/__admin/ready', { config: { open: true } }, (_request, reply) => {
    reply.send({ status: 'ready' })
  })
  app.get('/__admin/fixture.schema.json', (_request, reply) => {
    reply.type('application/schema+json').send(JSON.stringify(fixtureSchema(), null, 2))
  })
  done()
}
