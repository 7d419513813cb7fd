import type { Path } from '../language/fault.ts'
import { schemaPlaces, urlOf, type SchemaPlace } from './schema-places.ts'

/** What is wrong with a reference of a JSON Schema. */
interface BadReference {
  path: Path
  message: string
}

/** Schemas that stand in each other, or refer to each other, so deep exhaust the stack of the validator. */
const longestChain = 200

/** A reference that leads nowhere, or for ever in a circle; undefined where all of them lead somewhere. */
export function badReference(schema: unknown): BadReference | undefined {
  const places = schemaPlaces(schema)
  const find = makeFinder(places)
  const targets = new Map<SchemaPlace, SchemaPlace[]>(places.map(place => [place, []]))
  for (const place of places)
    for (const keyword of ['$ref', '$dynamicRef'] as const) {
      const reference = place.schema[keyword]
      if (typeof reference !== 'string') continue
      const found = find[keyword](place, reference)
      if (found.length === 0) return { path: [...place.path, keyword], message: nowhere(keyword, reference) }
      targets.get(place)!.push(...found)
    }
  return tooLongChain(places, targets) ?? circle(places, targets)
}

const nowhere = (keyword: string, reference: string) =>
  `there is no schema "${reference}" in this one${keyword === '$dynamicRef' ? ': it takes a $dynamicAnchor' : ''}`

type Finder = Record<'$ref' | '$dynamicRef', (place: SchemaPlace, reference: string) => readonly SchemaPlace[]>

function makeFinder(places: readonly SchemaPlace[]): Finder {
  const known = new Map<string, SchemaPlace>()
  const dynamic = new Map<string, SchemaPlace[]>()
  for (const place of places) {
    const { $anchor, $dynamicAnchor } = place.schema
    for (const resource of resourcesOf(place)) known.set(pointerFrom(resource, place), place)
    for (const anchor of [$anchor, $dynamicAnchor])
      if (typeof anchor === 'string') known.set(`${withoutFragment(place.base)}#${anchor}`, place)
    if (typeof $dynamicAnchor === 'string')
      dynamic.set(`#${$dynamicAnchor}`, [...(dynamic.get(`#${$dynamicAnchor}`) ?? []), place])
  }
  return {
    $ref: (place, reference) => [known.get(absolute(reference, place.base)) ?? []].flat(),
    // Which of them is meant turns out when it runs. Before any has been met, Ajv takes a schema around the reference.
    $dynamicRef: (place, reference) => {
      const anchors = dynamic.get(reference) ?? []
      return anchors.length === 0 ? [] : [...anchors, ...(place.parent ? around(place) : [place])]
    },
  }
}

function around({ parent }: SchemaPlace): SchemaPlace[] {
  return parent ? [parent.place, ...around(parent.place)] : []
}

/** The schemas that give a place a URI: the whole one, and those around it with an `$id`. */
function resourcesOf(place: SchemaPlace): SchemaPlace[] {
  return [place, ...around(place)].filter(({ schema, parent }) => !parent || typeof schema['$id'] === 'string')
}

function pointerFrom(resource: SchemaPlace, place: SchemaPlace): string {
  const steps = place.path
    .slice(resource.path.length)
    .map(step => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`)
  return `${withoutFragment(resource.base)}#${steps.join('')}`
}

const withoutFragment = (uri: string) => uri.replace(/#.*$/s, '')

function absolute(reference: string, base: string): string {
  const url = urlOf(reference, base)
  if (!url) return reference
  return `${withoutFragment(url.href)}#${plainFragment(url.hash.slice(1))}`
}

function plainFragment(fragment: string): string {
  try {
    return decodeURIComponent(fragment)
  } catch {
    return fragment
  }
}

type Ways = ReadonlyMap<SchemaPlace, readonly SchemaPlace[]>

/** Whether some schema comes back to itself while it looks at one and the same value. */
function circle(places: readonly SchemaPlace[], targets: Ways): BadReference | undefined {
  const ways = withWaysDown(places, targets, ({ parent }) => parent?.sameValue === true)
  const found = follow(places, ways, ({ again }) => again)
  const place = found?.find(one => targets.get(one)!.length > 0)
  if (!place) return undefined
  const keyword = place.schema['$ref'] === undefined ? '$dynamicRef' : '$ref'
  return {
    path: [...place.path, keyword],
    message: 'leads back to itself for ever, since it goes nowhere into the value',
  }
}

function tooLongChain(places: readonly SchemaPlace[], targets: Ways): BadReference | undefined {
  const ways = withWaysDown(places, targets, () => true)
  const found = follow(places, ways, ({ length }) => length > longestChain)
  return (
    found && { path: found.at(-1)!.path, message: `is nested, or referred to, deeper than ${longestChain} schemas` }
  )
}

function withWaysDown(places: readonly SchemaPlace[], targets: Ways, counts: (place: SchemaPlace) => boolean): Ways {
  const ways = new Map(Array.from(targets, ([place, list]) => [place, [...list]]))
  for (const place of places) if (place.parent && counts(place)) ways.get(place.parent.place)!.push(place)
  return ways
}

/** Goes every way from every place, and answers the first chain that is bad. */
function follow(
  places: readonly SchemaPlace[],
  ways: Ways,
  isBad: (chain: { length: number; again: boolean }) => boolean,
): SchemaPlace[] | undefined {
  const open = new Set<SchemaPlace>()
  const done = new Set<SchemaPlace>()
  const visit = (place: SchemaPlace): SchemaPlace[] | undefined => {
    if (done.has(place)) return undefined
    const again = open.has(place)
    if (isBad({ length: open.size, again })) return again ? [...open].slice([...open].indexOf(place)) : [...open]
    if (again) return undefined
    open.add(place)
    for (const next of ways.get(place) ?? []) {
      const found = visit(next)
      if (found) return found
    }
    open.delete(place)
    done.add(place)
    return undefined
  }
  for (const place of places) {
    const found = visit(place)
    if (found) return found
  }
  return undefined
}
