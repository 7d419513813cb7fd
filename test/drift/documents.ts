/** Small OpenAPI documents. */

export type Json = Record<string, unknown>

export const documentOf = (post: Json, get: Json, more: Json = {}): Json => ({
  paths: { '/v2/agents/{a}/responses': { post }, '/v2/agents/{a}/responses/{b}': { get } },
  ...more,
})

/** A request is all that is said of the two operations. */
export const asking = (schema: Json, schemas: Json = {}): Json =>
  documentOf({ requestBody: { content: { 'application/json': { schema } } } }, {}, { components: { schemas } })
export const object = (properties: Json, ...required: string[]): Json => ({ type: 'object', properties, required })
export const text = { type: 'string' }
