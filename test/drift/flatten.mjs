import { schemaFields } from './schema-fields.mjs'
import { resolve, Unusable } from './shapes.mjs'

/** The two operations of each API; names of path parameters do not matter. */
const apis = {
  v2: [
    ['POST', '/v2/agents/{}/responses'],
    ['GET', '/v2/agents/{}/responses/{}'],
  ],
  v3: [
    ['POST', '/v3/router/responses'],
    ['GET', '/v3/router/responses/{}'],
  ],
}

/** Which API a document is about: the vendor publishes one for each. @returns {'v2' | 'v3'} */
export function apiOf(document) {
  const paths = Object.keys(document?.paths ?? {}).map(unnamed)
  const has = api => paths.includes(apis[api][0][1])
  return has('v3') && !has('v2') ? 'v3' : 'v2'
}

const unnamed = path => path.replace(/{[^}]*}/g, '{}')

/**
 * All that a document says of the two operations of an API, by field path. Throws Unusable.
 * @returns {Map<string, import('./schema-fields.mjs').Field>}
 */
export function flatten(document, api) {
  const fields = apis[api].flatMap(([method, template]) => operationFields(method, template, document))
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
  const [path, item] = Object.entries(document?.paths ?? {}).find(([path]) => unnamed(path) === template) ?? []
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
