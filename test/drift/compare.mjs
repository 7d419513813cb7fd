/**
 * @typedef {{ kind: 'lacks' | 'adds', path: string, said: string, below: number }} OneSided One document has it, with so many fields below.
 * @typedef {{ kind: 'differs', path: string, facet: string, vendor: string, ours: string }} Otherwise Both have it, and say something else of it.
 * @typedef {OneSided | Otherwise} Difference
 * @typedef {{ kind: string, path: string, facet?: string, reason: string }} Documented In `path`, a star stands for anything but spaces.
 */

/** What tells two flattened documents apart. Of what is missing, only the top is named. @returns {Difference[]} */
export function compare(vendor, ours) {
  const differences = [
    ...oneSided('lacks', vendor, ours),
    ...otherwise(vendor, ours),
    ...oneSided('adds', ours, vendor),
  ]
  return differences.sort((one, other) => order(one.path, other.path))
}

const order = (one, other) => (one < other ? -1 : one > other ? 1 : 0)

function oneSided(kind, from, other) {
  const missing = [...from].filter(
    ([path, { within }]) => !other.has(path) && (other.has(within) || within === undefined),
  )
  return missing.map(([path, { facets }]) => {
    const below = [...from.keys()].filter(one => one !== path && isWithin(one, path, from))
    return { kind, path, said: Object.entries(facets).map(phrase).join(', '), below: below.length }
  })
}

const isWithin = (path, top, fields) =>
  path === top || (path !== undefined && isWithin(fields.get(path)?.within, top, fields))

function otherwise(vendor, ours) {
  const both = [...vendor].filter(([path]) => ours.has(path))
  return both.flatMap(([path, { facets: theirs }]) => {
    const mine = ours.get(path).facets
    const facets = Object.keys({ ...theirs, ...mine }).filter(facet => theirs[facet] !== mine[facet])
    const side = (facets, facet) => phrase([facet, facets[facet]])
    return facets.map(facet => ({ kind: 'differs', path, facet, vendor: side(theirs, facet), ours: side(mine, facet) }))
  })
}

/** Facets that are there or not. */
const flags = new Set(['deprecated', 'nullable'])

/** A facet in words. */
function phrase([facet, value]) {
  if (value === undefined) return flags.has(facet) ? `not ${facet}` : `no ${facet}`
  if (facet === 'required') return value === 'true' ? 'required' : 'optional'
  if (flags.has(facet)) return facet
  return facet === 'type' ? value : `${facet} ${value}`
}

/** Sorts differences into those that the list gives a reason for and the others; `stale` are entries that match nothing. */
export function judge(differences, documented) {
  const matches = (entry, { kind, path, facet }) =>
    entry.kind === kind && (entry.facet ?? facet) === facet && patternOf(entry.path).test(path)
  const explained = differences.filter(one => documented.some(entry => matches(entry, one)))
  const entries = documented.map(entry => ({ entry, matched: explained.filter(one => matches(entry, one)) }))
  return {
    open: differences.filter(one => !explained.includes(one)),
    documented: entries.filter(({ matched }) => matched.length > 0),
    stale: entries.filter(({ matched }) => matched.length === 0).map(({ entry }) => entry),
  }
}

function patternOf(glob) {
  const literal = glob.split('*').map(part => part.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`))
  return new RegExp(`^${literal.join('[^ ]*')}$`)
}
