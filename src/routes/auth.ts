import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Problem } from '../problem.ts'
import type { Workspace } from '../workspace/workspace.ts'
import type { Workspaces } from '../workspace/workspaces.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The workspace of the request's API key. */
    workspace: Workspace
  }
}

/** Finds the workspace of every request, before its body is read. */
export function authenticate(app: FastifyInstance, workspaces: Workspaces): void {
  app.decorateRequest('workspace')
  app.addHook('onRequest', (request, _reply, done) => {
    request.workspace = workspaces.of(tokenOf(request))
    done()
  })
}

function tokenOf(request: FastifyRequest): string {
  const [, token] = /^Bearer +(\S.*)$/i.exec(request.headers.authorization ?? '') ?? []
  if (token !== undefined) return token.trim()
  throw new Problem('unauthorized', 'API key is not valid for this workspace', {
    hint: 'Send "Authorization: Bearer <any key>"; each key is a workspace of its own.',
    headers: { 'www-authenticate': 'Bearer' },
  })
}
