import { STATUS_CODES } from 'node:http'
import type { FastifyInstance, FastifySchema, RouteOptions } from 'fastify'
import { packageVersion } from '../package-files.ts'

type Json = Record<string, unknown>

/** Schemas by their titles. */
type Components = Map<string, unknown>

/** What a route says about itself, for the document. */
interface RouteSchema extends FastifySchema {
  tags?: string[]
  summary?: string
  description?: string
  deprecated?: boolean
}

interface Described {
  url: string
  method: string
  schema: RouteSchema
}

/** Collects the schemas of all routes; answers the document made of them. Comes before all routes, which are below `basePath`. */
export function describeRoutes(app: FastifyInstance, basePath: string): () => Json {
  const routes: Described[] = []
  app.addHook('onRoute', ({ url, method, schema }: RouteOptions) => {
    for (const one of [method].flat())
      if (schema && !schema.hide && one !== 'HEAD')
        routes.push({ url: url.slice(basePath.length), method: one, schema })
  })
  return () => documentOf(routes, basePath)
}

/** OpenAPI 3.1: its schemas are JSON Schema 2020-12, so those that validate are those that are shown. */
function documentOf(routes: readonly Described[], basePath: string): Json {
  const components: Components = new Map()
  const paths: Record<string, Json> = {}
  for (const { url, method, schema } of routes) {
    const path = url.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [method.toLowerCase()]: operationOf(schema, url, components) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'orq-agents-mock',
      version: packageVersion(),
      description: 'The emulated agents responses API, and the control API under /__admin.',
    },
    // Relative to where the document was found.
    ...(basePath === '' ? {} : { servers: [{ url: basePath }] }),
    security: [{ apiKey: [] }],
    paths,
    components: {
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', description: 'Any key; each is a workspace of its own.' },
        adminToken: {
          type: 'apiKey',
          in: 'header',
          name: 'X-Admin-Token',
          description: 'Wanted by the control API if the mock was started with --admin-token.',
        },
      },
      schemas: Object.fromEntries([...components].sort(([one], [other]) => (one < other ? -1 : 1))),
    },
  }
}

function operationOf(
  { tags, summary, description, deprecated, params, querystring, body, response }: RouteSchema,
  url: string,
  components: Components,
): Json {
  const security = url.startsWith('/__admin')
    ? { security: [{}, { apiKey: [] }, { adminToken: [] }, { apiKey: [], adminToken: [] }] }
    : {}
  const parameters = [...parametersOf(params, 'path', components), ...parametersOf(querystring, 'query', components)]
  return {
    ...security,
    ...(tags ? { tags } : {}),
    ...(summary === undefined ? {} : { summary }),
    ...(description === undefined ? {} : { description }),
    ...(deprecated ? { deprecated } : {}),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: named(body, components) } } } }),
    responses: responsesOf(response as Record<string, unknown>, components),
  }
}

function parametersOf(schema: unknown, place: 'path' | 'query', components: Components): Json[] {
  const { properties = {}, required = [] } = (schema ?? {}) as {
    properties?: Record<string, Json>
    required?: string[]
  }
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: place,
    required: required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema: named(rest, components),
  }))
}

function responsesOf(response: Record<string, unknown>, components: Components): Json {
  return Object.fromEntries(
    Object.entries(response).map(([status, schema]) => {
      const { content = { 'application/json': { schema } } } = schema as {
        content?: Record<string, { schema: unknown }>
        description?: string
      }
      const shown = Object.entries(content).map(([type, one]) => [
        type,
        { ...one, schema: named(one.schema, components) },
      ])
      return [
        status,
        {
          description: STATUS_CODES[status] ?? status,
          content: Object.fromEntries(shown),
        },
      ]
    }),
  )
}

/** A schema with a title becomes a component, wherever it stands; the rest stays where it is. */
function named(schema: unknown, components: Components): unknown {
  if (Array.isArray(schema)) return schema.map(item => named(item, components))
  if (typeof schema !== 'object' || schema === null) return schema
  const { title, deprecated, description, type, ...rest } = schema as Json
  if (typeof title !== 'string') return inlined(schema, components)
  // A component is never null: what may be null is a union with it.
  if (Array.isArray(type)) {
    const [other] = type.filter(one => one !== 'null') as unknown[]
    return { oneOf: [named({ ...schema, type: other }, components), { type: 'null' }] }
  }
  if (!components.has(title)) {
    components.set(title, undefined)
    components.set(title, inlined({ title, description, type, ...rest }, components))
  }
  const reference = { $ref: `#/components/schemas/${title}` }
  return deprecated ? { ...reference, deprecated, description } : reference
}

function inlined(schema: object, components: Components): Json {
  const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, named(value, components)]))
  const { discriminator, oneOf } = schema as Tagged
  if (!discriminator) return copy
  const mapping = oneOf.map(({ title, properties }) => [
    properties[discriminator.propertyName]!.const,
    `#/components/schemas/${title}`,
  ])
  return { ...copy, discriminator: { ...discriminator, mapping: Object.fromEntries(mapping) as Json } }
}

/** A union whose document tells which value of the tag stands for which variant. */
interface Tagged {
  discriminator?: { propertyName: string }
  oneOf: { title: string; properties: Record<string, { const: string }> }[]
}
