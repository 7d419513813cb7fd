import { Type, type TSchema } from '@sinclair/typebox'
import { FreeObject } from '../contract/kinds.ts'
import { exact } from './exact.ts'

const types = ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string']
const schema = Type.Unsafe({ $ref: '#/$defs/schema' })
const schemas = Type.Array(schema, { minItems: 1 })
const namedSchemas = Type.Unsafe({ type: 'object', patternProperties: { '': { $ref: '#/$defs/schema' } } })
const count = Type.Integer({ minimum: 0, title: 'a whole number from 0' })
const strings = Type.Array(Type.String())
const type = Type.Unsafe({ type: 'string', enum: types })

/** The keywords of JSON Schema 2020-12, with the shapes that its own meta-schema gives them. */
const keywords: Record<string, TSchema> = {
  ...each(
    ['$id', '$schema', '$ref', '$anchor', '$dynamicRef', '$dynamicAnchor', '$comment', 'title', 'description'],
    Type.String(),
  ),
  ...each(['format', 'pattern', 'contentEncoding', 'contentMediaType'], Type.String()),
  ...each(['$defs', 'properties', 'patternProperties', 'dependentSchemas'], namedSchemas),
  ...each(['allOf', 'anyOf', 'oneOf', 'prefixItems'], schemas),
  ...each(['not', 'if', 'then', 'else', 'items', 'contains', 'additionalProperties', 'propertyNames'], schema),
  ...each(['unevaluatedItems', 'unevaluatedProperties', 'contentSchema'], schema),
  ...each(['multipleOf', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'], Type.Number()),
  ...each(
    ['minLength', 'maxLength', 'minItems', 'maxItems', 'minContains', 'maxContains', 'minProperties', 'maxProperties'],
    count,
  ),
  ...each(['uniqueItems', 'deprecated', 'readOnly', 'writeOnly'], Type.Boolean()),
  ...each(['const', 'default'], Type.Unknown()),
  ...each(['enum', 'examples'], Type.Array(Type.Unknown())),
  type: Type.Union([type, Type.Array(type, { minItems: 1 })]),
  required: strings,
  dependentRequired: Type.Unsafe({ type: 'object', patternProperties: { '': strings } }),
  $vocabulary: FreeObject,
}

function each(names: readonly string[], shape: TSchema): Record<string, TSchema> {
  return Object.fromEntries(names.map(name => [name, shape]))
}

/**
 * A JSON Schema in a fixture, checked like the rest of it: a keyword that JSON Schema would pass over in silence is a
 * misspelt one here. It also spares every start the compilation of the official meta-schema.
 */
export const JsonSchema = Type.Union([
  exact(
    Type.Object(Object.fromEntries(Object.entries(keywords).map(([name, shape]) => [name, Type.Optional(shape)])), {
      title: 'JsonSchema',
    }),
  ),
  Type.Boolean(),
])
