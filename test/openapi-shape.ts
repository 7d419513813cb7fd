/** What OpenAPI 3.1 allows, as far as our document uses it. Closed, so that a word in the wrong place is a fault. */

type Json = Record<string, unknown>

const closed = (properties: Json, ...required: string[]): Json => ({
  type: 'object',
  properties,
  required,
  patternProperties: { '^x-': {} },
  additionalProperties: false,
})
const mapOf = (value: Json, names?: string): Json => ({
  type: 'object',
  minProperties: 1,
  additionalProperties: value,
  ...(names === undefined ? {} : { propertyNames: { pattern: names } }),
})
const words = { type: 'string', minLength: 1 }
const schema = { $ref: 'https://json-schema.org/draft/2020-12/schema' }
const content = mapOf(closed({ schema }, 'schema'), '^[a-z]+/[a-z.+-]+$')
const security = { type: 'array', items: { type: 'object', additionalProperties: { type: 'array', maxItems: 0 } } }

const parameter = closed(
  {
    name: words,
    in: { enum: ['path', 'query', 'header', 'cookie'] },
    description: words,
    required: { type: 'boolean' },
    deprecated: { type: 'boolean' },
    schema,
  },
  'name',
  'in',
  'schema',
)
const operation = closed(
  {
    tags: { type: 'array', items: words, uniqueItems: true },
    summary: words,
    description: words,
    deprecated: { type: 'boolean' },
    security,
    parameters: { type: 'array', items: parameter, uniqueItems: true },
    requestBody: closed({ required: { type: 'boolean' }, description: words, content }, 'content'),
    responses: mapOf(closed({ description: words, content }, 'description'), '^([1-5]\\d\\d|default)$'),
  },
  'tags',
  'summary',
  'responses',
)
const methods = Object.fromEntries(['get', 'put', 'post', 'delete', 'patch'].map(method => [method, operation]))

export const openApiShape = closed(
  {
    openapi: { type: 'string', pattern: '^3\\.1\\.\\d+$' },
    info: closed({ title: words, version: words, description: words }, 'title', 'version'),
    security,
    paths: mapOf({ ...closed(methods), minProperties: 1 }, '^/[^?#]*$'),
    components: closed({
      schemas: mapOf(schema, '^([A-Z][a-z]+)+$'),
      securitySchemes: mapOf({
        oneOf: [
          closed({ type: { const: 'http' }, scheme: words, description: words }, 'type', 'scheme'),
          closed(
            { type: { const: 'apiKey' }, in: { enum: ['header', 'query'] }, name: words, description: words },
            'type',
            'in',
            'name',
          ),
        ],
      }),
    }),
  },
  'openapi',
  'info',
  'paths',
  'components',
)
