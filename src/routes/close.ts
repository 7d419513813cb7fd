import type { FastifyInstance } from 'fastify'
import { Problem } from '../problem.ts'
import type { Workspaces } from '../workspace/workspaces.ts'

/** How long a request that is half there, or a reader that is slow, may hold up the end. */
const patienceMs = 500
const sweepMs = 20

const closing = new WeakSet<FastifyInstance>()

/** From the moment the end begins, whoever still comes on an open connection gets a 503. */
export function refuseWhileClosing(app: FastifyInstance): void {
  const root = app
  app.addHook('onRequest', (_request, _reply, done) => {
    if (!closing.has(root)) return done()
    done(
      new Problem('shutting_down', 'The mock is shutting down.', {
        headers: { 'retry-after': '1', connection: 'close' },
      }),
    )
  })
}

/**
 * Ends every run where it stands, so that streams close with a comment and waiting POSTs get their 503; then lets the
 * connections go as they fall idle, and after a while the others too.
 */
export async function closeApp(app: FastifyInstance, workspaces: Workspaces): Promise<void> {
  closing.add(app)
  for (const workspace of workspaces.all()) workspace.reset()
  const sweep = setInterval(() => app.server.closeIdleConnections(), sweepMs)
  const deadline = setTimeout(() => app.server.closeAllConnections(), patienceMs)
  try {
    await app.close()
  } finally {
    clearInterval(sweep)
    clearTimeout(deadline)
  }
}
