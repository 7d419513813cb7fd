/** What went with workspaces that were dropped: what can no longer be known, and may be asked for. */
export interface Lost {
  requests: number
  tasks: number
  /** Scripts that were put for a key. */
  overlays: number
  /** Too much was dropped to remember of whom: there may have been requests. */
  perhaps: boolean
}

export const nothingLost: Lost = { requests: 0, tasks: 0, overlays: 0, perhaps: false }

export function together(one: Lost, other: Lost): Lost {
  return {
    requests: one.requests + other.requests,
    tasks: one.tasks + other.tasks,
    overlays: one.overlays + other.overlays,
    perhaps: one.perhaps || other.perhaps,
  }
}

/** What dropped workspaces leave, under the hashes of their tokens. */
interface Losses {
  add(hash: number, lost: Lost): void
  of(hash: number): Lost
  /** The same, which is nobody's here from then on. */
  take(hash: number): Lost
  all(): Lost
  /** Nothing is missed any longer, of one or of all. */
  clear(hash: number | undefined): void
  /** The same of requests alone. */
  clearRequests(hash: number | undefined): void
}

/** Keeps the hashes of the latest so many; of more it only knows that there were some. */
export function makeLosses(limit = 100_000): Losses {
  const byHash = new Map<number, Lost>()
  let nobodys = nothingLost
  const of = (hash: number) => byHash.get(hash) ?? { ...nothingLost, perhaps: nobodys.perhaps }
  const withoutRequests = (lost: Lost) => ({ ...lost, requests: 0, perhaps: false })

  return {
    add(hash, lost) {
      if (isNothing(lost)) return
      byHash.set(hash, lost)
      if (byHash.size <= limit) return
      for (const one of byHash.values()) nobodys = together(nobodys, { ...one, perhaps: true })
      byHash.clear()
    },
    of,
    take(hash) {
      const lost = of(hash)
      byHash.delete(hash)
      return lost
    },
    all: () => [...byHash.values()].reduce(together, nobodys),
    clear(hash) {
      if (hash !== undefined) return void byHash.delete(hash)
      byHash.clear()
      nobodys = nothingLost
    },
    clearRequests(hash) {
      if (hash === undefined) nobodys = withoutRequests(nobodys)
      for (const one of hash === undefined ? byHash.keys() : [hash]) {
        const lost = byHash.get(one)
        if (lost) byHash.set(one, withoutRequests(lost))
      }
    },
  }
}

const isNothing = ({ requests, tasks, overlays, perhaps }: Lost) => requests + tasks + overlays === 0 && !perhaps
