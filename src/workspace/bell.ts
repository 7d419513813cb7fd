/** Rings when a journal may tell something new, so that who waits for a request need not ask again and again. */
export interface Bell {
  ring(): void
  /** Calls `listener` soon after each ring, until what is answered is called. */
  listen(listener: () => void): () => void
}

/** Of many requests at once, those who wait hear once. */
const soonMs = 5

export function makeBell(): Bell {
  const listeners = new Set<() => void>()
  let rung = false
  const call = () => {
    rung = false
    for (const listener of [...listeners]) listener()
  }
  return {
    ring() {
      if (rung || listeners.size === 0) return
      rung = true
      setTimeout(call, soonMs)
    },
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
