/** What can be written in several ways in JSON Schema, brought into one. */

/**
 * @typedef {object} Shape One way a value may look: a schema without references, `allOf` and unions.
 * @property {string[] | undefined} types Undefined: any.
 * @property {string[] | undefined} values The allowed ones, as JSON.
 * @property {Record<string, unknown[]>} properties Each with all the schemas it has to satisfy, as they stand.
 * @property {string[]} required
 * @property {unknown[]} items Schemas of the elements.
 * @property {unknown[]} rest Schemas of properties that are not named.
 * @property {Record<string, string>} facets All other keywords, their values as JSON.
 * @property {string[]} refs The references that led here.
 */

const structure = ['$ref', 'allOf', 'anyOf', 'oneOf', 'type', 'enum', 'const', 'properties', 'required', 'items']
const words = ['title', 'description', 'example', 'examples', 'externalDocs', 'discriminator', 'xml', 'operationId']
const passed = new Set([...structure, ...words, 'additionalProperties', '$comment', '$defs'])

/** How much room a number takes, which JSON does not know. */
const sizes = new Set(['int32', 'int64', 'float', 'double'])

/** A document that cannot be compared, in words for people. */
export class Unusable extends Error {
  name = 'Unusable'
}

/**
 * The shapes a value may have, in as few variants as say the same. None of them is null: `nullable` says whether null will do.
 * @returns {{ nullable: boolean, variants: Shape[] }}
 */
export function variantsOf(schema, document) {
  const all = alternatives(schema, document)
  const nullable = all.some(({ types }) => types?.includes('null'))
  const others = all.flatMap(shape => withoutNull(shape))
  const enums = others.filter(shape => shape.values && isBare({ ...shape, values: undefined }))
  const types = others.filter(isBare)
  const rest = others.filter(shape => !enums.includes(shape) && !types.includes(shape))
  return { nullable, variants: [...joined(types), ...joined(enums), ...rest] }
}

/** Follows `$ref`, multiplies `allOf` out, adds unions up. */
function alternatives(schema, document) {
  const { $ref, allOf = [], anyOf, oneOf } = schema
  const unions = [anyOf, oneOf].filter(union => union !== undefined)
  const factors = [
    ...($ref === undefined ? [] : [referred($ref, document)]),
    ...allOf.map(part => alternatives(part, document)),
    ...unions.map(union => union.flatMap(variant => alternatives(variant, document))),
    [shapeOf(schema)],
  ]
  return factors.reduce((some, more) => some.flatMap(one => more.map(other => merged(one, other))))
}

function referred($ref, document) {
  return alternatives(resolve({ $ref }, document), document).map(shape => ({ ...shape, refs: [...shape.refs, $ref] }))
}

/** What a reference within the document stands for; anything else stands for itself. */
export function resolve(object, document) {
  const { $ref } = object
  if ($ref === undefined) return object
  const keys = $ref.split('/').map(key => decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~'))
  const found = keys.slice(1).reduce((within, key) => within?.[key], document)
  if (keys[0] !== '#' || found === undefined) throw new Unusable(`The reference ${$ref} leads nowhere.`)
  return resolve(found, document)
}

/** @returns {Shape} */
function shapeOf(schema) {
  const { type, items, properties = {}, required = [], additionalProperties: rest } = schema
  const values = schema.const === undefined ? schema.enum : [schema.const]
  const facets = Object.entries(schema).filter(
    ([key, value]) =>
      !passed.has(key) &&
      !key.startsWith('x-') &&
      !(key === 'deprecated' && value === false) &&
      !(key === 'format' && sizes.has(value)),
  )
  return {
    types: type === undefined ? values && [...new Set(values.map(typeOf))] : [type].flat(),
    values: values?.map(value => JSON.stringify(value)),
    properties: Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, [value]])),
    required,
    items: items === undefined ? [] : [items],
    rest: rest === undefined ? [] : [rest],
    facets: Object.fromEntries(facets.map(([key, value]) => [key, JSON.stringify(value)])),
    refs: [],
  }
}

const typeOf = value => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value)

/** A value that has both shapes. */
function merged(one, other) {
  const names = Object.keys({ ...one.properties, ...other.properties })
  const schemas = name => [...(one.properties[name] ?? []), ...(other.properties[name] ?? [])]
  return {
    types: inBoth(one.types, other.types),
    values: inBoth(one.values, other.values),
    properties: Object.fromEntries(names.map(name => [name, schemas(name)])),
    required: [...new Set([...one.required, ...other.required])],
    items: [...one.items, ...other.items],
    rest: [...one.rest, ...other.rest],
    facets: { ...one.facets, ...other.facets },
    refs: [...one.refs, ...other.refs],
  }
}

const inBoth = (one, other) => (one && other ? one.filter(item => other.includes(item)) : (one ?? other))

function withoutNull(shape) {
  const types = shape.types?.filter(type => type !== 'null')
  const values = shape.values?.filter(value => value !== 'null')
  return shape.types && types.length === 0 ? [] : [{ ...shape, types, values }]
}

/** A type and nothing else. */
function isBare({ types, values, properties, items, rest, facets }) {
  return (
    types !== undefined && !values && [properties, items, rest, facets].every(part => Object.keys(part).length === 0)
  )
}

/** One shape for several that differ in type or values only. */
function joined(shapes) {
  const all = key => shapes[0][key] && [...new Set(shapes.flatMap(shape => shape[key]))]
  return shapes.length < 2 ? shapes : [{ ...shapes[0], types: all('types'), values: all('values') }]
}
