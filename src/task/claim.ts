/**
 * What a client still has in something that a limit may want away: nothing; something it may never come back for; or
 * something it counts on. A task that runs is a firm claim, and so is a hold that ends by time or by the control API; one
 * that waits for polls is weak, since a client that never polls would keep it for ever.
 */
export type Claim = 'none' | 'weak' | 'firm'

/** The one that goes for a new one: the first without a claim, else the first whose claim is weak, else none. */
export function firstToGo<One>(oldestFirst: Iterable<One>, claimOf: (one: One) => Claim): One | undefined {
  let weak: One | undefined
  for (const one of oldestFirst) {
    const claim = claimOf(one)
    if (claim === 'none') return one
    if (claim === 'weak') weak ??= one
  }
  return weak
}
