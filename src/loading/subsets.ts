/** Things known by sets of numbers, and of a set, the first of those whose set lies in it. */
export interface Subsets<T> {
  /** Numbers come in one order, the same for every set, those first that tell most. */
  add(set: readonly number[], thing: T): void
  first(set: readonly number[], fits: (thing: T) => boolean): T | undefined
}

interface Branch<T> {
  below: Map<number, Branch<T>>
  things: { order: number; thing: T }[]
}

/** So many numbers of a set lead to a thing; the rest is left to whoever asks. */
const deepest = 8

/** What one search may try. Whoever builds sets to exceed it is told less. */
const mostTried = 200

/** A tree of sets: a search goes only where a number of its own leads. */
export function makeSubsets<T>(): Subsets<T> {
  const root: Branch<T> = { below: new Map(), things: [] }
  let added = 0
  return {
    add(set, thing) {
      let branch = root
      for (const number of set.slice(0, deepest)) {
        const next = branch.below.get(number) ?? { below: new Map(), things: [] }
        branch.below.set(number, next)
        branch = next
      }
      branch.things.push({ order: added, thing })
      added += 1
    },
    first(set, fits) {
      let found: { order: number; thing: T } | undefined
      let left = mostTried
      const search = ({ below, things }: Branch<T>, from: number): void => {
        for (const one of things) {
          if ((found && one.order > found.order) || (left -= 1) < 0) break
          if (fits(one.thing)) found = one
        }
        if (below.size === 0) return
        for (let index = from; index < set.length && left > 0; index += 1) {
          const branch = below.get(set[index]!)
          if (branch) {
            left -= 1
            search(branch, index + 1)
          }
        }
      }
      search(root, 0)
      return found?.thing
    },
  }
}
