import type { IncomingMessage } from 'node:http'
import { Problem } from '../problem.ts'
import type { Workspace } from '../workspace/workspace.ts'
import type { Workspaces } from '../workspace/workspaces.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The workspace of the request's API key. */
    workspace: Workspace
  }
}

type Headed = Pick<IncomingMessage, 'headers'>

/** Answers whose a request is. Throws a Problem. */
export type Authenticate = (request: Headed) => Workspace

/** With `apiKeys`, every other key is refused. */
export function authenticator(workspaces: Workspaces, apiKeys: readonly string[] | undefined): Authenticate {
  const known = apiKeys && new Set(apiKeys)
  return request => {
    const token = tokenOf(request)
    if (token === undefined || (known && !known.has(token))) throw invalidKey(token)
    return workspaces.of(token)
  }
}

/** The bearer token; undefined where there is none. Its alphabet is not enforced: the vendor's own samples break it. */
export function tokenOf({ headers }: Headed): string | undefined {
  const [, token] = /^Bearer +(\S.*)$/i.exec(headers.authorization ?? '') ?? []
  return token?.trim()
}

function invalidKey(token: string | undefined): Problem {
  const hint =
    token === undefined
      ? 'Send "Authorization: Bearer <any key>"; each key is a workspace of its own.'
      : 'This mock was started with --api-key and knows other keys only.'
  return new Problem('unauthorized', 'API key is not valid for this workspace', {
    hint,
    headers: { 'www-authenticate': 'Bearer' },
  })
}
