import { hash, randomBytes } from 'node:crypto'
import { Problem } from '../problem.ts'
import { makeMarker } from './mark.ts'
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
  const markOf = makeMarker()
  const byMark = new Map<number, Workspace>()
  let latest: number | undefined
  let dropped = 0

  const makeRoom = () => {
    for (const [mark, workspace] of byMark) {
      if (workspace.busy()) continue
      byMark.delete(mark)
      dropped += 1
      return
    }
    throw new Problem('limit_reached', `All ${limit} workspaces are running tasks.`, {
      hint: 'Wait for one to end, or start the mock with a higher --max-workspaces.',
      headers: { 'retry-after': '1' },
    })
  }
  const make = (token: string, mark: number) => {
    if (byMark.size >= limit) makeRoom()
    const digest = hash('sha256', token, 'hex')
    const made = makeWorkspace(digest.slice(0, 8), seedOf(`${base}\n${digest}`), settings)
    byMark.set(mark, made)
    return made
  }
  /** The map's order is the order of use: the one that has been idle longest comes first. */
  const touch = (mark: number, workspace: Workspace) => {
    if (mark === latest) return
    latest = mark
    byMark.delete(mark)
    byMark.set(mark, workspace)
  }

  return {
    of(token) {
      const mark = markOf(token)
      const workspace = byMark.get(mark) ?? make(token, mark)
      touch(mark, workspace)
      return workspace
    },
    known: token => byMark.get(markOf(token)),
    all: () => [...byMark.values()],
    dropped: () => dropped,
  }
}
