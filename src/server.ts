import Fastify from 'fastify'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { manualClock, realClock } from './clock.ts'
import { silent, type Log } from './log.ts'
import { adminRoutes } from './admin/routes.ts'
import { answerClientError, answerErrors, answerFrameworkError } from './routes/errors.ts'
import { authenticate } from './routes/auth.ts'
import { parseJsonBodies } from './routes/json-body.ts'
import { responsesRoutes } from './routes/responses.ts'
import { answerUnknown, watchRoutes } from './routes/unknown.ts'
import { compileValidator } from './routes/validation.ts'
import { openLibrary, type Fixtures } from './script/live-library.ts'
import { summaryOf } from './script/summary.ts'
import type { Hold, Pace } from './script/script.ts'
import { makeWorkspaces, type Workspaces } from './workspace/workspaces.ts'

export interface Settings {
  fixtures: Fixtures
  /** Whether changed fixtures are read again. */
  watch: boolean
  /** What answers a request that no script matches. */
  unmatched: 'error' | 'echo'
  pace: Pace | undefined
  hold: Hold | undefined
  seed: string | undefined
  clock: 'real' | 'manual'
  maxBody: number
  maxTasks: number
  /** How long a stream may be idle before it gets a comment. */
  keepAliveMs: number
  allowHosts: readonly string[]
  adminToken: string | undefined
  log: Log
}

export const defaults: Settings = {
  fixtures: [],
  watch: false,
  unmatched: 'error',
  pace: undefined,
  hold: undefined,
  seed: undefined,
  clock: 'real',
  maxBody: 20 * 2 ** 20,
  maxTasks: 1000,
  keepAliveMs: 15_000,
  allowHosts: [],
  adminToken: undefined,
  log: silent,
}

/** A mock that is ready to listen. */
export interface Mock {
  /** Answers the URL. */
  listen(port: number, host: string): Promise<string>
  /** `12 scripts for 4 agents`. */
  summary(): string
  close(): Promise<void>
  workspaces: Workspaces
}

/** The one place that makes the parts and joins them. Throws FixtureError. */
export async function makeServer(given: Partial<Settings>): Promise<Mock> {
  const settings = { ...defaults, ...given }
  const library = await openLibrary(settings.fixtures, settings.watch, settings.log)
  const { pace, hold, maxTasks } = settings
  const makeClock = () => (settings.clock === 'manual' ? manualClock() : realClock)
  const workspaces = makeWorkspaces({ library: library.current, pace, hold, maxTasks, makeClock }, settings.seed)

  const app = makeApp(settings.maxBody)
  const routes = watchRoutes(app)
  await app.register(async api => {
    authenticate(api, workspaces)
    await api.register(responsesRoutes, settings)
  })
  await app.register(adminRoutes, settings)
  answerUnknown(app, routes)

  return {
    listen: (port, host) => app.listen({ port, host }),
    summary: () => summaryOf(library.current().scripts),
    async close() {
      await Promise.all([app.close(), library.close()])
    },
    workspaces,
  }
}

function makeApp(bodyLimit: number) {
  const app = Fastify({
    bodyLimit,
    forceCloseConnections: true,
    return503OnClosing: false,
    frameworkErrors: answerFrameworkError,
    clientErrorHandler: answerClientError,
    routerOptions: { maxParamLength: 1000 },
  }).withTypeProvider<TypeBoxTypeProvider>()
  app.setValidatorCompiler(compileValidator)
  app.setSerializerCompiler(() => data => JSON.stringify(data))
  parseJsonBodies(app)
  answerErrors(app)
  return app
}
