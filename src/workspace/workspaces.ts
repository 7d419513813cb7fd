import { hash, randomBytes } from 'node:crypto'
import type { Log } from '../log.ts'
import { Problem } from '../problem.ts'
import { firstToGo } from '../task/claim.ts'
import { makeLosses, together, type Lost } from './lost.ts'
import { makeMarker } from './mark.ts'
import { seedOf } from './random.ts'
import { makeWorkspace, type Workspace, type WorkspaceSettings } from './workspace.ts'

/** The workspaces of a server, one for each bearer token, made on first use. Tokens themselves are not kept. */
export interface Workspaces {
  /** Throws a Problem where all places are taken by workspaces that may not go. */
  of(token: string): Workspace
  /** The workspace of a token, if it has been used. */
  known(token: string): Workspace | undefined
  all(): Workspace[]
  /** What dropped workspaces of this token have taken with them, or of all. */
  lost(token: string | undefined): Lost
  /** A new beginning for one token, or for all: nothing from before is missed. */
  reset(token: string | undefined): void
  /** The same for requests alone. */
  clearJournals(token: string | undefined): void
  /** How many had to go for new ones, and how many of them had scripts of their own. */
  dropped(): { workspaces: number; overlays: number }
}

/** Without a seed, ids are other ones in each process. */
export function makeWorkspaces(
  settings: WorkspaceSettings,
  seed: string | undefined,
  limit: number,
  log: Log,
): Workspaces {
  const base = seed ?? randomBytes(16).toString('hex')
  const markOf = makeMarker()
  const byMark = new Map<number, Workspace>()
  const losses = makeLosses()
  let latest: number | undefined
  const dropped = { workspaces: 0, overlays: 0 }

  const makeRoom = () => {
    const going = firstToGo(byMark, ([, workspace]) => workspace.claim())
    if (!going) throw allBusy(limit)
    const [mark, workspace] = going
    byMark.delete(mark)
    losses.add(mark, workspace.loss())
    dropped.workspaces += 1
    if (!workspace.hasOverlay()) return
    dropped.overlays += 1
    log.warn('a workspace was dropped for a new one, and the fixtures put for it with it: raise --max-workspaces', {
      workspace: workspace.fingerprint,
    })
  }
  const make = (token: string, mark: number) => {
    if (byMark.size >= limit) makeRoom()
    const digest = hash('sha256', token, 'hex')
    const made = makeWorkspace(digest.slice(0, 8), seedOf(`${base}\n${digest}`), settings, losses.take(mark))
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
  const of = (token: string) => {
    const mark = markOf(token)
    const workspace = byMark.get(mark) ?? make(token, mark)
    touch(mark, workspace)
    return workspace
  }
  /** Those a new beginning is about. Where nobody can tell whether a token has lost something, it gets a workspace that knows. */
  const beginning = (token: string | undefined): Iterable<Workspace> => {
    if (token === undefined) return byMark.values()
    const mark = markOf(token)
    return byMark.has(mark) || losses.of(mark).perhaps ? [of(token)] : []
  }

  return {
    of,
    known: token => byMark.get(markOf(token)),
    all: () => [...byMark.values()],
    lost(token) {
      if (token === undefined) return [...byMark.values()].map(one => one.lost()).reduce(together, losses.all())
      const mark = markOf(token)
      return byMark.get(mark)?.lost() ?? losses.of(mark)
    },
    reset(token) {
      for (const workspace of beginning(token)) workspace.reset()
      losses.clear(token === undefined ? undefined : markOf(token))
    },
    clearJournals(token) {
      for (const workspace of beginning(token)) workspace.clearJournal()
      losses.clearRequests(token === undefined ? undefined : markOf(token))
    },
    dropped: () => ({ ...dropped }),
  }
}

const allBusy = (limit: number) =>
  new Problem('limit_reached', `All ${limit} workspaces have requests under way, or tasks that run or are held.`, {
    hint: 'Wait for one to end, or start the mock with a higher --max-workspaces.',
    headers: { 'retry-after': '1' },
  })
