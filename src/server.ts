import Fastify, { type FastifyInstance } from 'fastify'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { AdminContext } from './admin/context.ts'
import { describeRoutes } from './admin/openapi.ts'
import { adminRoutes } from './admin/routes.ts'
import { guarded, manualClock, realClock } from './clock.ts'
import { openPort } from './listen.ts'
import { authenticator } from './http/auth.ts'
import { closeApp, refuseWhileClosing, shuttingDown, type Closing } from './http/close.ts'
import { corsHeaders } from './http/cors.ts'
import type { Log } from './log.ts'
import { answerClientError, answerError, answerErrors, answerExpectation, refuseUnreadable } from './http/errors.ts'
import { parseJsonBodies } from './http/json-body.ts'
import { pathWithin } from './http/path.ts'
import { admit } from './http/record.ts'
import { makeRefusals, type Refusals } from './http/refusals.ts'
import { demandKeyInPath } from './v2/key-in-path.ts'
import { preflightRoutes, responsesRoutes } from './v2/responses.ts'
import { v2 } from './v2/wire.ts'
import { routerPreflight, routerRoutes } from './v3/responses.ts'
import { v3 } from './v3/wire.ts'
import { guardRoutes } from './http/guard-routes.ts'
import { watchHandshakes } from './http/handshakes.ts'
import { eventStream } from './http/stream.ts'
import { answerWrongMethods, refuseUnknownRoute, watchRoutes } from './http/unknown.ts'
import { compileValidator } from './http/validation.ts'
import type { Wire, WireOf } from './http/wire.ts'
import { emptyLibrary, type Library } from './matching/library.ts'
import { openLibrary } from './loading/live-library.ts'
import { summaryOf } from './loading/summary.ts'
import { withDefaults, type GivenSettings, type Settings } from './options/settings.ts'
import { readTls, type TlsFiles } from './options/tls.ts'
import { makeBell } from './workspace/bell.ts'
import { makeOutside } from './workspace/home.ts'
import { makeTotals, type Totals } from './workspace/totals.ts'
import { makeWorkspaces, type Workspaces } from './workspace/workspaces.ts'

/** A mock that is ready to listen. */
export interface Mock {
  /** Answers the URL. Where the settings say, unless it is said here. */
  listen(port?: number, host?: string): Promise<string>
  /** `12 scripts for 4 agents`. */
  summary(): string
  library(): Library
  workspaces: Workspaces
  /** What the control API has its hands on. */
  admin: AdminContext
  totals: Totals
  /** Ends what is open, in order, and stops. */
  close(): Promise<void>
}

/** The one place that makes the parts and joins them. Throws FixtureError, and OptionError for files of TLS. */
export async function makeServer(given: GivenSettings): Promise<Mock> {
  const settings = withDefaults(given)
  const { basePath } = settings
  const tls = readTls(settings)
  const tellFault = faultTeller(settings.log)
  const fixtures = await openLibrary(settings)
  const overlay = { library: emptyLibrary }
  const bell = makeBell()
  const workspaces = makeWorkspaces(
    {
      ...settings,
      tell: bell.ring,
      libraries: () =>
        overlay.library === emptyLibrary ? [fixtures.current()] : [overlay.library, fixtures.current()],
      makeClock: () => guarded(settings.clock === 'manual' ? manualClock() : realClock, tellFault),
    },
    settings.seed,
    settings.maxWorkspaces,
    settings.log,
  )
  const totals = makeTotals()
  const outside = makeOutside(settings, bell.ring)
  const resetAll = () => {
    workspaces.reset(undefined)
    outside.journal.clear()
    overlay.library = emptyLibrary
  }

  const cors = corsHeaders(settings.corsOrigin)
  const authenticate = authenticator(workspaces, settings.apiKey)
  const refusals = makeRefusals({ ...settings, authenticate, outside, cors, totals })
  const wireOf = wiresBelow(basePath)
  const app = makeApp(settings, refusals, wireOf, tls)
  const handshakes = tls && watchHandshakes(app.server, refusals)
  const openApi = describeRoutes(app, basePath)
  const routes = watchRoutes(app)
  const closing: Closing = { begun: false, breakOff: () => handshakes?.breakOff() }
  const ending = new AbortController()
  const refuseLate = refuseWhileClosing(closing)
  const refuseRoute = [demandKeyInPath(basePath), refuseUnknownRoute(routes, wireOf, basePath)]
  guardRoutes(app, [refuseLate, ...refuseRoute, refuseUnreadable], refuseLate)
  const admin = {
    ...settings,
    allowHosts: settings.allowHost ?? [],
    totals,
    workspaces,
    outside,
    overlay,
    bell,
    ending: ending.signal,
    openApi,
    resetAll,
    manualClock: settings.clock === 'manual',
    library: fixtures.current,
    fixtures: fixtures.state,
  }
  const serving = { ...settings, totals, tellFault, streamHeaders: { ...cors, ...eventStream } }
  const everything = async (below: FastifyInstance) => {
    preflightRoutes(below, cors)
    routerPreflight(below, cors)
    await below.register(async api => {
      admit(api, authenticate, cors, totals, settings.log, v2.api)
      await api.register(responsesRoutes, serving)
    })
    await below.register(async api => {
      admit(api, authenticate, cors, totals, settings.log, v3.api)
      await api.register(routerRoutes, serving)
    })
    await below.register(adminRoutes, admin)
  }
  await app.register(everything, { prefix: basePath })
  answerWrongMethods(app, routes, wireOf)

  return {
    async listen(port = settings.port, host = settings.host) {
      const { portFile } = settings
      return (await openPort(() => app.listen({ port, host }), { port, host, portFile })) + basePath
    },
    summary: () => summaryOf(fixtures.current().scripts),
    library: fixtures.current,
    workspaces,
    admin,
    totals,
    async close() {
      ending.abort(shuttingDown())
      await Promise.all([closeApp(app, workspaces, closing), fixtures.close()])
    },
  }
}

/** What is thrown where no client can hear of it is told to whoever runs the mock, and ends nothing. */
function faultTeller(log: Log): (error: unknown) => void {
  return error => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    log.error(`a fault of orq-agents-mock, please report it: ${text}`)
  }
}

const wires: readonly Wire[] = [v2, v3]

const wiresBelow =
  (basePath: string): WireOf =>
  path =>
    wires.find(wire => wire.owns(pathWithin(basePath, path))) ?? v2

function makeApp(
  { maxBody: bodyLimit, requestTimeoutMs }: Settings,
  refusals: Refusals,
  wireOf: WireOf,
  tls: TlsFiles | undefined,
): FastifyInstance {
  const http = {
    requireHostHeader: false,
    headersTimeout: requestTimeoutMs / 2,
    connectionsCheckingInterval: Math.min(requestTimeoutMs / 10, 1000),
  }
  // To Fastify's types, a server that may speak either is none.
  const secure: object = tls ? { https: { ...http, ...tls } } : {}
  const app = Fastify({
    bodyLimit,
    // Until the whole request is there; a reply may take as long as it likes.
    requestTimeout: requestTimeoutMs,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    http,
    ...secure,
    frameworkErrors: answerError(refusals, wireOf),
    clientErrorHandler: answerClientError(refusals, wireOf),
    routerOptions: { maxParamLength: 1000 },
  }).withTypeProvider<TypeBoxTypeProvider>()
  app.setValidatorCompiler(compileValidator)
  app.setSerializerCompiler(() => data => JSON.stringify(data))
  app.server.on('checkExpectation', answerExpectation(refusals, wireOf))
  parseJsonBodies(app)
  answerErrors(app, refusals, wireOf)
  return app
}
