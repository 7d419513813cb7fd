import type { Path } from '../language/fault.ts'

/** A schema within a JSON Schema. */
export interface SchemaPlace {
  schema: Record<string, unknown>
  path: Path
  /** The schema around it, and whether that looks at the same value rather than at a part of it. */
  parent: { place: SchemaPlace; sameValue: boolean } | undefined
  /** What references in it start from: its URI, by the nearest `$id`. */
  base: string
}

type Kind = 'one' | 'list' | 'named'

/** Keywords whose schemas look at the very value that theirs looks at. */
const ofSameValue = byKeyword({
  one: ['not', 'if', 'then', 'else'],
  list: ['allOf', 'anyOf', 'oneOf'],
  named: ['dependentSchemas'],
})

/** Keywords whose schemas look at a part of it, or at nothing by themselves. */
const ofParts = byKeyword({
  one: [
    ...['items', 'contains', 'additionalProperties', 'propertyNames'],
    ...['unevaluatedItems', 'unevaluatedProperties', 'contentSchema'],
  ],
  list: ['prefixItems'],
  named: ['properties', 'patternProperties', '$defs'],
})

function byKeyword(kinds: Record<Kind, readonly string[]>): ReadonlyMap<string, Kind> {
  const names = (kind: Kind) => kinds[kind].map(name => [name, kind] as const)
  return new Map([...names('one'), ...names('list'), ...names('named')])
}

/** Every schema of a JSON Schema, those around others first. */
export function schemaPlaces(schema: unknown): SchemaPlace[] {
  const places: SchemaPlace[] = []
  collect(schema, [], undefined, places)
  return places
}

/** Relative references have to start somewhere. */
const nowhere = 'https://fixture.invalid/'

function collect(schema: unknown, path: Path, parent: SchemaPlace['parent'], places: SchemaPlace[]): void {
  if (typeof schema !== 'object' || schema === null) return
  const own = schema as Record<string, unknown>
  const around = parent?.place.base ?? nowhere
  const place = { schema: own, path, parent, base: baseOf(own['$id'], around) }
  places.push(place)
  for (const [key, value] of Object.entries(own)) {
    const kind = ofSameValue.get(key) ?? ofParts.get(key)
    if (kind === undefined) continue
    const below = { place, sameValue: ofSameValue.has(key) }
    if (kind === 'one') collect(value, [...path, key], below, places)
    else if (Array.isArray(value))
      for (const [index, item] of value.entries()) collect(item, [...path, key, index], below, places)
    else for (const [name, item] of Object.entries(value as object)) collect(item, [...path, key, name], below, places)
  }
}

function baseOf(id: unknown, around: string): string {
  return typeof id === 'string' ? (urlOf(id, around)?.href ?? around) : around
}

/** Undefined for what is no reference. */
export function urlOf(reference: string, base: string): URL | undefined {
  return URL.canParse(reference, base) ? new URL(reference, base) : undefined
}
