import { schemaFields } from './schema-fields.mjs'
import { resolve, Unusable } from './shapes.mjs'

/** The two operations; names of path parameters do not matter. */
const operations = [
  ['POST', '/v2/agents/{}/responses'],
  ['GET', '/v2/agents/{}/responses/{}'],
]

/**
 * All that a document says of the two operations, by field path. Throws Unusable.
 * @returns {Map<string, import('./schema-fields.mjs').Field>}
 */
export function flatten(document) {
  const fields = operations.flatMap(([method, template]) => operationFields(method, template, document))
  return new Map(fields.map(field => [field.path, field]))
}

function operationFields(method, template, document) {
  const { path, parameters, operation } = findOperation(method, template, document)
  const { deprecated, requestBody, responses = {}, security = document.security ?? [] } = operation
  const bodies = Object.entries({ ...(requestBody ? { request: requestBody } : {}), ...responses })
  return [
    { path: method, within: undefined, facets: deprecated ? { deprecated: 'true' } : {} },
    { path: `${method} security`, within: method, facets: { schemes: schemesOf(security, document) } },
    ...parameters.flatMap(parameter => parameterFields(resolve(parameter, document), { method, path, document })),
    ...bodies.flatMap(([name, body]) => bodyFields(`${method} ${name}`, method, resolve(body, document), document)),
  ]
}

function findOperation(method, template, document) {
  const [path, item] =
    Object.entries(document?.paths ?? {}).find(([path]) => path.replace(/{[^}]*}/g, '{}') === template) ?? []
  const operation = item?.[method.toLowerCase()]
  if (!operation) throw new Unusable(`It has no ${method} ${template}.`)
  return { path, operation, parameters: [...(item.parameters ?? []), ...(operation.parameters ?? [])] }
}

/** How a client may prove who it is. The schemes' names and the format of the token do not matter. */
function schemesOf(security, document) {
  const schemes = document.components?.securitySchemes ?? {}
  const said = name => [schemes[name]?.type, schemes[name]?.scheme ?? schemes[name]?.name].join(' ')
  const ways = security.map(needs => Object.keys(needs).map(said).sort().join(' and '))
  return ways.sort().join(' or ')
}

/** A parameter of the path goes by its place, any other by its name. */
function parameterFields({ name, in: place, required = false, schema = {} }, { method, path, document }) {
  const places = path.match(/{[^}]*}/g)
  const shown = place === 'path' ? places.indexOf(`{${name}}`) + 1 : name
  const facets = { required: String(required) }
  return schemaFields(schema, { path: `${method} ${place} ${shown}`, within: method, facets, document })
}

function bodyFields(path, within, { required, content = {} }, document) {
  return [
    { path, within, facets: required === undefined ? {} : { required: String(required) } },
    ...Object.entries(content).flatMap(([type, { schema = {}, 'x-speakeasy-sse-sentinel': sentinel }]) => {
      const facets = sentinel === undefined ? {} : { sentinel }
      return schemaFields(schema, { path: `${path} ${type}`, within: path, facets, document })
    }),
  ]
}
