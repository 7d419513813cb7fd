/**
 * What values ask for, as sets of numbers, the rarest first: whatever contains a value has all its tokens. A token is a
 * scalar, an object or a list, with the keys that lead there; the places in a list count for nothing.
 */
export function makeTokens(values: readonly object[]): (index: number) => number[] {
  const ids = new Map<string, number>()
  const holders: number[] = []
  const sets = values.map(value => {
    const tokens = new Set<number>()
    collect(value, 0, text => idOf(ids, text), tokens)
    for (const token of tokens) holders[token] = (holders[token] ?? 0) + 1
    return [...tokens]
  })
  return index => sets[index]!.sort((one, other) => holders[one]! - holders[other]! || one - other)
}

function idOf(ids: Map<string, number>, text: string): number {
  const known = ids.get(text)
  if (known !== undefined) return known
  ids.set(text, ids.size + 1)
  return ids.size
}

function collect(value: unknown, place: number, id: (text: string) => number, tokens: Set<number>): void {
  if (typeof value !== 'object' || value === null) return void tokens.add(id(`${place}=${JSON.stringify(value)}`))
  // That the whole is an object tells nothing.
  if (place > 0) tokens.add(id(`${place}${Array.isArray(value) ? '[]' : '{}'}`))
  if (Array.isArray(value)) {
    const items = id(`${place}[`)
    for (const item of value) collect(item, items, id, tokens)
  } else for (const [key, below] of Object.entries(value)) collect(below, id(`${place}.${key}`), id, tokens)
}
