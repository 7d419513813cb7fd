import type { FastifyInstance } from 'fastify'
import type { AdminContext } from './context.ts'
import { guard, type GateSettings } from './gate.ts'
import { requestRoutes } from './requests.ts'
import { scriptRoutes } from './scripts.ts'
import { stateRoutes } from './state.ts'
import { taskRoutes } from './tasks.ts'
import { verifyRoutes } from './verify-route.ts'

/** The control API: one gate before every route. */
export async function adminRoutes(app: FastifyInstance, context: AdminContext & GateSettings): Promise<void> {
  guard(app, context)
  await app.register(stateRoutes, context)
  await app.register(requestRoutes, context)
  await app.register(verifyRoutes, context)
  await app.register(scriptRoutes, context)
  await app.register(taskRoutes, context)
}
