import { hash, randomBytes } from 'node:crypto'
import { Problem } from '../problem.ts'
import { seedOf } from './random.ts'
import { makeWorkspace, type Workspace, type WorkspaceSettings } from './workspace.ts'

/** The workspaces of a server, one for each bearer token, made on first use. Tokens themselves are not kept. */
export interface Workspaces {
  /** Throws a Problem where all places are taken by workspaces that run. */
  of(token: string): Workspace
  /** The workspace of a token, if it has been used. */
  known(token: string): Workspace | undefined
  all(): Workspace[]
  /** How many idle ones had to go for new ones. */
  dropped(): number
}

/** Without a seed, ids are other ones in each process. */
export function makeWorkspaces(settings: WorkspaceSettings, seed: string | undefined, limit: number): Workspaces {
  const base = seed ?? randomBytes(16).toString('hex')
  const byDigest = new Map<string, Workspace>()
  let latest: string | undefined
  let dropped = 0

  const makeRoom = () => {
    for (const [digest, workspace] of byDigest) {
      if (workspace.busy()) continue
      byDigest.delete(digest)
      dropped += 1
      return
    }
    throw new Problem('limit_reached', `All ${limit} workspaces are running tasks.`, {
      hint: 'Wait for one to end, or start the mock with a higher --max-workspaces.',
      headers: { 'retry-after': '1' },
    })
  }
  const make = (digest: string) => {
    if (byDigest.size >= limit) makeRoom()
    const made = makeWorkspace(digest.slice(0, 8), seedOf(`${base}\n${digest}`), settings)
    byDigest.set(digest, made)
    return made
  }
  /** The map's order is the order of use: the one that has been idle longest comes first. */
  const touch = (digest: string, workspace: Workspace) => {
    if (digest === latest) return
    latest = digest
    byDigest.delete(digest)
    byDigest.set(digest, workspace)
  }

  return {
    of(token) {
      const digest = hash('sha256', token, 'hex')
      const workspace = byDigest.get(digest) ?? make(digest)
      touch(digest, workspace)
      return workspace
    },
    known: token => byDigest.get(hash('sha256', token, 'hex')),
    all: () => [...byDigest.values()],
    dropped: () => dropped,
  }
}
