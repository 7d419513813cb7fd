import Fastify from 'fastify'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { manualClock, realClock } from './clock.ts'
import { answerClientError, answerErrors, answerFrameworkError } from './routes/errors.ts'
import { authenticate } from './routes/auth.ts'
import { parseJsonBodies } from './routes/json-body.ts'
import { responsesRoutes } from './routes/responses.ts'
import { answerUnknown, watchRoutes } from './routes/unknown.ts'
import { compileValidator } from './routes/validation.ts'
import { readFixtures } from './script/folder.ts'
import { buildLibrary } from './script/library.ts'
import { loadScripts } from './script/load.ts'
import type { Hold, Pace } from './script/script.ts'
import type { FixtureFile } from './script/shape.ts'
import { makeWorkspaces, type Workspaces } from './workspace/workspaces.ts'

export interface Settings {
  /** Folders, files, or fixtures as objects. */
  fixtures: readonly (string | FixtureFile)[]
  pace: Pace | undefined
  hold: Hold | undefined
  seed: string | undefined
  clock: 'real' | 'manual'
  maxBody: number
  maxTasks: number
  /** How long a stream may be idle before it gets a comment. */
  keepAliveMs: number
}

export const defaults: Settings = {
  fixtures: [],
  pace: undefined,
  hold: undefined,
  seed: undefined,
  clock: 'real',
  maxBody: 20 * 2 ** 20,
  maxTasks: 1000,
  keepAliveMs: 15_000,
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
  const library = buildLibrary(await loadScripts(await readFixtures(settings.fixtures)))
  const { pace, hold, maxTasks } = settings
  const makeClock = () => (settings.clock === 'manual' ? manualClock() : realClock)
  const workspaces = makeWorkspaces({ library: () => library, pace, hold, maxTasks, makeClock }, settings.seed)

  const app = makeApp(settings.maxBody)
  const routes = watchRoutes(app)
  await app.register(async api => {
    authenticate(api, workspaces)
    await api.register(responsesRoutes, { keepAliveMs: settings.keepAliveMs })
  })
  answerUnknown(app, routes)

  return {
    listen: (port, host) => app.listen({ port, host }),
    summary: () => summaryOf(library.scripts),
    close: () => app.close(),
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

function summaryOf(scripts: readonly { agentText: string }[]): string {
  const agents = new Set(scripts.map(script => script.agentText)).size
  const count = (number: number, word: string) => `${number} ${word}${number === 1 ? '' : 's'}`
  return `${count(scripts.length, 'script')} for ${count(agents, 'agent')}`
}
