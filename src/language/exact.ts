import type { TSchema } from '@sinclair/typebox'

/**
 * The same shape with no room for other keys, at any depth: in a fixture an unknown key is a misspelt one.
 * Objects of free content (records) stay open, and those that say so.
 */
export function exact<T extends TSchema>(schema: T): T {
  return close(schema) as T
}

function close(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(close)
  if (typeof schema !== 'object' || schema === null) return schema
  const entries = Object.entries(schema).map(([key, value]) => [
    key,
    key === 'properties' ? closeEach(value) : close(value),
  ])
  const copy = { ...schema, ...(Object.fromEntries(entries) as object) }
  return 'properties' in copy
    ? { ...copy, additionalProperties: (copy as { additionalProperties?: unknown }).additionalProperties ?? false }
    : copy
}

function closeEach(properties: object): object {
  return Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, close(value)]))
}
