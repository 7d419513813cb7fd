import { hash, randomBytes } from 'node:crypto'
import { seedOf } from './random.ts'
import { makeWorkspace, type Workspace, type WorkspaceSettings } from './workspace.ts'

/** The workspaces of a server, one for each bearer token, made on first use. Tokens themselves are not kept. */
export interface Workspaces {
  of(token: string): Workspace
  all(): Workspace[]
}

/** Without a seed, ids are other ones in each process. */
export function makeWorkspaces(settings: WorkspaceSettings, seed: string | undefined): Workspaces {
  const base = seed ?? randomBytes(16).toString('hex')
  const byDigest = new Map<string, Workspace>()
  return {
    of(token) {
      const digest = hash('sha256', token, 'hex')
      const found = byDigest.get(digest)
      if (found) return found
      const made = makeWorkspace(digest.slice(0, 8), seedOf(`${base}\n${digest}`), settings)
      byDigest.set(digest, made)
      return made
    },
    all: () => [...byDigest.values()],
  }
}
