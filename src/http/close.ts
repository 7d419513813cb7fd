import type { FastifyInstance } from 'fastify'
import { Problem } from '../problem.ts'
import type { Refusal } from './guard-routes.ts'
import type { Workspaces } from '../workspace/workspaces.ts'

/** How long a request that is half there, or a reader that is slow, may hold up the end. */
const patienceMs = 500
const sweepMs = 20

/** Whether a server is on its way out. */
export interface Closing {
  begun: boolean
  /** Breaks off connections that HTTP knows nothing of. */
  breakOff(): void
}

/** From the moment the end begins, whoever still comes on an open connection gets a 503. */
export function refuseWhileClosing(closing: Closing): Refusal {
  return () => (closing.begun ? shuttingDown() : undefined)
}

export const shuttingDown = (): Problem =>
  new Problem('shutting_down', 'The mock is shutting down.', { headers: { 'retry-after': '1', connection: 'close' } })

/**
 * Ends every run where it stands, so that streams close with a comment and waiting POSTs get their 503; then lets the
 * connections go as they fall idle, and after a while the others too.
 */
export async function closeApp(app: FastifyInstance, workspaces: Workspaces, closing: Closing): Promise<void> {
  closing.begun = true
  for (const workspace of workspaces.all()) workspace.reset()
  const sweep = setInterval(() => app.server.closeIdleConnections(), sweepMs)
  const deadline = setTimeout(() => {
    app.server.closeAllConnections()
    closing.breakOff()
  }, patienceMs)
  try {
    await app.close()
  } finally {
    clearInterval(sweep)
    clearTimeout(deadline)
  }
}
