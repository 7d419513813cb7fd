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

/** What dropped workspaces leave, under the marks of their tokens. */
interface Losses {
  add(mark: number, lost: Lost): void
  of(mark: number): Lost
  /** The same, which is nobody's here from then on. */
  take(mark: number): Lost
  all(): Lost
  /** Nothing is missed any longer, of one or of all. */
  clear(mark: number | undefined): void
  /** The same of requests alone. */
  clearRequests(mark: number | undefined): void
}

/** Keeps the marks of the latest so many; of more it only knows that there were some. */
export function makeLosses(limit = 100_000): Losses {
  const byMark = new Map<number, Lost>()
  let nobodys = nothingLost
  const of = (mark: number) => byMark.get(mark) ?? { ...nothingLost, perhaps: nobodys.perhaps }
  const withoutRequests = (lost: Lost) => ({ ...lost, requests: 0, perhaps: false })

  return {
    add(mark, lost) {
      if (isNothing(lost)) return
      byMark.set(mark, lost)
      if (byMark.size <= limit) return
      for (const one of byMark.values()) nobodys = together(nobodys, { ...one, perhaps: true })
      byMark.clear()
    },
    of,
    take(mark) {
      const lost = of(mark)
      byMark.delete(mark)
      return lost
    },
    all: () => [...byMark.values()].reduce(together, nobodys),
    clear(mark) {
      if (mark !== undefined) return void byMark.delete(mark)
      byMark.clear()
      nobodys = nothingLost
    },
    clearRequests(mark) {
      if (mark === undefined) nobodys = withoutRequests(nobodys)
      for (const one of mark === undefined ? byMark.keys() : [mark]) {
        const lost = byMark.get(one)
        if (lost) byMark.set(one, withoutRequests(lost))
      }
    },
  }
}

const isNothing = ({ requests, tasks, overlays, perhaps }: Lost) => requests + tasks + overlays === 0 && !perhaps
