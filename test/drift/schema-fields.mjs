import { variantsOf } from './shapes.mjs'

/**
 * @typedef {object} Field
 * @property {string} path `POST 200 application/json output[].parts[]<text>.text`
 * @property {string | undefined} within The path of what it is part of.
 * @property {Record<string, string>} facets What is said of it: `type`, `required`, `enum`, `format` and so on.
 *
 * @typedef {object} Place Where a schema stands.
 * @property {string} path
 * @property {string | undefined} within
 * @property {object} document
 * @property {Record<string, string>} [facets] What is said of it beside the schema.
 * @property {string} [root] The path of the outermost schema.
 * @property {string[]} [trail] The references on the way from there.
 */

/** What a schema describes and all below it, as fields. @param {Place} place @returns {Field[]} */
export function schemaFields(schema, { facets: given = {}, ...place }) {
  const { path, within, document, root = path, trail = [] } = place
  const { nullable, variants } = variantsOf(schema, document)
  const facets = nullable ? { ...given, nullable: 'true' } : given
  if (variants.some(({ refs }) => refs.some(ref => trail.includes(ref))))
    return [{ path, within, facets: { ...facets, type: 'what it is part of' } }]
  if (variants.length === 1) return shapeFields(variants[0], { ...place, facets })
  const labels = labelsOf(variants, document)
  return [
    { path, within, facets: { ...facets, type: variants.length === 0 ? 'null' : 'union' } },
    ...variants.flatMap((shape, at) =>
      shapeFields(shape, { ...place, path: joined(path, `<${labels[at]}>`, root), within: path, root }),
    ),
  ]
}

function shapeFields(shape, { path, within, document, facets = {}, root = path, trail = [] }) {
  const below = (suffix, schemas, facets) =>
    schemaFields(
      { allOf: schemas },
      { path: joined(path, suffix, root), within: path, document, facets, root, trail: [...trail, ...shape.refs] },
    )
  const names = new Set([...Object.keys(shape.properties), ...shape.required])
  return [
    { path, within, facets: { ...facets, ...facetsOf(shape) } },
    ...[...names].flatMap(name =>
      below(`.${name}`, shape.properties[name] ?? [], { required: String(shape.required.includes(name)) }),
    ),
    ...(shape.items.length > 0 ? below('[]', shape.items) : []),
    ...(isSchema(shape.rest) ? below('.*', shape.rest) : []),
  ]
}

const joined = (path, suffix, root) => (path === root ? `${path} ${suffix.replace(/^\./, '')}` : path + suffix)

function facetsOf({ types = ['any'], values, rest, facets }) {
  return {
    type: types.toSorted().join(' or '),
    ...(values ? { enum: values.toSorted().join(', ') } : {}),
    ...(rest.length === 0 || isSchema(rest) ? {} : { 'other keys': rest.includes(false) ? 'none' : 'any' }),
    ...facets,
  }
}

/** Not just true, false or {}, which say whether there may be others. */
const isSchema = rest => rest.some(one => Object.keys(one).length > 0)

/** Names for the variants of a union: the value of the tag, or the keys that must be there, or the type. */
function labelsOf(variants, document) {
  const names = Object.keys(variants[0]?.properties ?? {})
  const tags = names.map(name => variants.map(shape => valuesOf(shape.properties[name], document)))
  const tag = tags.find(labels => labels.every(label => label !== '') && new Set(labels).size === labels.length)
  return (
    tag ??
    distinct(
      variants.map(({ required, types = ['any'] }) => required.toSorted().join('+') || types.toSorted().join('|')),
    )
  )
}

/** `a|b` for what may be one of these only; empty for anything else. */
function valuesOf(schemas, document) {
  const { variants } = variantsOf({ allOf: schemas ?? [] }, document)
  const [{ values = [] }] = variants.length === 1 ? variants : [{}]
  return values.map(value => JSON.parse(value)).join('|')
}

function distinct(labels) {
  const countUpTo = at => labels.slice(0, at + 1).filter(label => label === labels[at]).length
  return labels.map((label, at) => (countUpTo(at) === 1 ? label : `${label}#${countUpTo(at)}`))
}
