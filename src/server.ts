import Fastify, { type FastifyInstance } from 'fastify'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { describeRoutes } from './admin/openapi.ts'
import { adminRoutes } from './admin/routes.ts'
import { manualClock, realClock } from './clock.ts'
import { authenticator } from './routes/auth.ts'
import { closeApp, refuseWhileClosing, type Closing } from './routes/close.ts'
import { corsHeaders } from './routes/cors.ts'
import {
  answerClientError,
  answerErrors,
  answerExpectation,
  answerFrameworkError,
  refuseUnreadable,
} from './routes/errors.ts'
import { parseJsonBodies } from './routes/json-body.ts'
import { admit } from './routes/record.ts'
import { preflightRoutes, responsesRoutes } from './routes/responses.ts'
import { screen } from './routes/screen.ts'
import { eventStream } from './routes/stream.ts'
import { answerWrongMethods, refuseUnknownRoute, watchRoutes } from './routes/unknown.ts'
import { compileValidator } from './routes/validation.ts'
import { emptyLibrary, type Library } from './script/library.ts'
import { openLibrary } from './script/live-library.ts'
import { summaryOf } from './script/summary.ts'
import { withDefaults, type GivenSettings, type Settings } from './settings.ts'
import { makeTotals, type Totals } from './workspace/totals.ts'
import { makeWorkspaces, type Workspaces } from './workspace/workspaces.ts'

/** A mock that is ready to listen. */
export interface Mock {
  /** Answers the URL. */
  listen(port: number, host: string): Promise<string>
  /** `12 scripts for 4 agents`. */
  summary(): string
  library(): Library
  workspaces: Workspaces
  resetAll(): void
  /** Whether `advance` moves the clocks. */
  manualClock: boolean
  totals: Totals
  /** Ends what is open, in order, and stops. */
  close(): Promise<void>
}

/** The one place that makes the parts and joins them. Throws FixtureError. */
export async function makeServer(given: GivenSettings): Promise<Mock> {
  const settings = withDefaults(given)
  const fixtures = await openLibrary(settings)
  const overlay = { library: emptyLibrary }
  const workspaces = makeWorkspaces(
    {
      ...settings,
      libraries: () =>
        overlay.library === emptyLibrary ? [fixtures.current()] : [overlay.library, fixtures.current()],
      makeClock: () => (settings.clock === 'manual' ? manualClock() : realClock),
    },
    settings.seed,
    settings.maxWorkspaces,
  )
  const totals = makeTotals()
  const resetAll = () => {
    for (const workspace of workspaces.all()) workspace.reset()
    overlay.library = emptyLibrary
  }

  const app = makeApp(settings)
  const openApi = describeRoutes(app)
  const routes = watchRoutes(app)
  const closing: Closing = { begun: false }
  const cors = corsHeaders(settings.corsOrigin)
  const refuseLate = refuseWhileClosing(closing)
  screen(app, cors, [refuseLate, refuseUnknownRoute(routes), refuseUnreadable], refuseLate)
  preflightRoutes(app)
  await app.register(async api => {
    admit(api, authenticator(workspaces, settings.apiKeys), totals, settings.log)
    await api.register(responsesRoutes, { ...settings, totals, streamHeaders: { ...cors, ...eventStream } })
  })
  await app.register(adminRoutes, {
    ...settings,
    totals,
    workspaces,
    overlay,
    openApi,
    resetAll,
    manualClock: settings.clock === 'manual',
    library: fixtures.current,
  })
  answerWrongMethods(app, routes)

  return {
    listen: (port, host) => app.listen({ port, host }),
    summary: () => summaryOf(fixtures.current().scripts),
    library: fixtures.current,
    workspaces,
    resetAll,
    manualClock: settings.clock === 'manual',
    totals,
    async close() {
      await Promise.all([closeApp(app, workspaces, closing), fixtures.close()])
    },
  }
}

function makeApp({ maxBody: bodyLimit, requestTimeoutMs }: Settings): FastifyInstance {
  const app = Fastify({
    bodyLimit,
    // Until the whole request is there; a reply may take as long as it likes.
    requestTimeout: requestTimeoutMs,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    http: {
      requireHostHeader: false,
      headersTimeout: requestTimeoutMs / 2,
      connectionsCheckingInterval: Math.min(requestTimeoutMs / 10, 1000),
    },
    frameworkErrors: answerFrameworkError,
    clientErrorHandler: answerClientError,
    routerOptions: { maxParamLength: 1000 },
  }).withTypeProvider<TypeBoxTypeProvider>()
  app.setValidatorCompiler(compileValidator)
  app.setSerializerCompiler(() => data => JSON.stringify(data))
  app.server.on('checkExpectation', answerExpectation)
  parseJsonBodies(app)
  answerErrors(app)
  return app
}
