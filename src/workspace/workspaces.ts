import { hash, randomBytes } from 'node:crypto'
import type { Log } from '../log.ts'
import { Problem } from '../problem.ts'
import { firstToGo } from '../task/claim.ts'
import { makeLosses, together, type Lost } from './lost.ts'
import { makeKeyHash } from './key-hash.ts'
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
  const keyHashOf = makeKeyHash()
  const byHash = new Map<number, Workspace>()
  const losses = makeLosses()
  let latest: number | undefined
  const dropped = { workspaces: 0, overlays: 0 }

  const makeRoom = () => {
    const going = firstToGo(byHash, ([, workspace]) => workspace.claim())
    if (!going) throw allBusy(limit)
    const [hash, workspace] = going
    byHash.delete(hash)
    losses.add(hash, workspace.loss())
    dropped.workspaces += 1
    if (!workspace.hasOverlay()) return
    dropped.overlays += 1
    log.warn('a workspace was dropped for a new one, and the fixtures put for it with it: raise --max-workspaces', {
      workspace: workspace.fingerprint,
    })
  }
  const make = (token: string, keyHash: number) => {
    if (byHash.size >= limit) makeRoom()
    const digest = hash('sha256', token, 'hex')
    const made = makeWorkspace(digest.slice(0, 8), seedOf(`${base}\n${digest}`), settings, losses.take(keyHash))
    byHash.set(keyHash, made)
    return made
  }
  /** The map's order is the order of use: the one that has been idle longest comes first. */
  const touch = (hash: number, workspace: Workspace) => {
    if (hash === latest) return
    latest = hash
    byHash.delete(hash)
    byHash.set(hash, workspace)
  }
  const of = (token: string) => {
    const hash = keyHashOf(token)
    const workspace = byHash.get(hash) ?? make(token, hash)
    touch(hash, workspace)
    return workspace
  }
  /** Those a new beginning is about. Where nobody can tell whether a token has lost something, it gets a workspace that knows. */
  const beginning = (token: string | undefined): Iterable<Workspace> => {
    if (token === undefined) return byHash.values()
    const hash = keyHashOf(token)
    return byHash.has(hash) || losses.of(hash).perhaps ? [of(token)] : []
  }

  return {
    of,
    known: token => byHash.get(keyHashOf(token)),
    all: () => [...byHash.values()],
    lost(token) {
      if (token === undefined) return [...byHash.values()].map(one => one.lost()).reduce(together, losses.all())
      const hash = keyHashOf(token)
      return byHash.get(hash)?.lost() ?? losses.of(hash)
    },
    reset(token) {
      for (const workspace of beginning(token)) workspace.reset()
      losses.clear(token === undefined ? undefined : keyHashOf(token))
    },
    clearJournals(token) {
      for (const workspace of beginning(token)) workspace.clearJournal()
      losses.clearRequests(token === undefined ? undefined : keyHashOf(token))
    },
    dropped: () => ({ ...dropped }),
  }
}

const allBusy = (limit: number) =>
  new Problem('limit_reached', `All ${limit} workspaces have requests under way, or tasks that run or are held.`, {
    hint: 'Wait for one to end, or start the mock with a higher --max-workspaces.',
    headers: { 'retry-after': '1' },
  })
