/**
 * Whether `found` holds everything in `expected`: objects at least these keys, arrays at least these items,
 * scalars equal. Own properties only.
 */
export function contains(found: unknown, expected: unknown): boolean {
  if (Array.isArray(expected)) return Array.isArray(found) && holdsItems(found, expected)
  if (typeof expected !== 'object' || expected === null) return found === expected
  if (typeof found !== 'object' || found === null || Array.isArray(found)) return false
  return Object.entries(expected).every(
    ([key, value]) => Object.hasOwn(found, key) && contains((found as Record<string, unknown>)[key], value),
  )
}

function holdsItems(found: readonly unknown[], expected: readonly unknown[]): boolean {
  // Two long lists, item by item, would take the product of their lengths.
  const scalars = expected.length > 16 ? new Set(found) : undefined
  return expected.every(item =>
    scalars && (typeof item !== 'object' || item === null)
      ? scalars.has(item)
      : found.some(candidate => contains(candidate, item)),
  )
}
