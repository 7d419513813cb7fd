import type { Schema } from './shape-schema.ts'
import { didYouMean } from '../spelling.ts'

/** The words for what a value should have been. */

export const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export function noVariant(variants: Schema[], value: unknown): string {
  const words = variants.flatMap(variant => variant.enum ?? [])
  const plain = variants.filter(({ type, enum: choices }) => type !== 'object' && !choices).map(name)
  const keys = variants.flatMap(keysToTell)
  const object = keys.length > 0 ? [`an object with ${listed(keys)}`] : variants.some(isAnObject) ? ['an object'] : []
  const wanted = [...words, ...plain, ...object].join(' or ')
  const hint = typeof value === 'string' ? didYouMean(value, words) : quoteHint(variants, value)
  return `must be ${wanted}, found ${show(value)}${hint}`
}

const isAnObject = ({ type }: Schema) => type === 'object'

/** What names an object: its required key, or the few keys it may have. */
function keysToTell({ type, required = [], properties = {} }: Schema): string[] {
  if (type !== 'object') return []
  const keys = Object.keys(properties)
  return required.length > 0 ? [required[0]!] : keys.length <= 6 ? keys : []
}

const listed = (words: string[]) =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`

/** YAML reads 42, true and null as what they look like. */
function quoteHint(variants: Schema[], value: unknown): string {
  const isText = variants.some(({ type, pattern, enum: words }) => type === 'string' && !pattern && !words)
  return isText && (typeof value === 'number' || typeof value === 'boolean') ? ': put it in quotes' : ''
}

const names: Record<string, string> = {
  string: 'text',
  object: 'an object',
  array: 'a list',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
}

const name = ({ title, const: only, type }: Schema): string =>
  only !== undefined ? String(only) : type === 'string' ? (title ?? 'text') : (names[String(type)] ?? String(type))

export function wrongType(schema: Schema, value: unknown): string {
  const wanted = schema.title && schema.type !== 'object' && schema.type !== 'array' ? schema.title : name(schema)
  return `must be ${wanted}, found ${show(value)}${quoteHint([schema], value)}`
}

export function unknownKey(key: string, known: string[]): string {
  return `unknown key "${key}"${didYouMean(key, known) || `; known here: ${known.join(', ')}`}`
}

export function show(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (isObject(value)) return 'an object'
  if (typeof value === 'number') return String(value)
  return JSON.stringify(typeof value === 'string' && value.length > 60 ? `${value.slice(0, 60)}…` : value)
}

export const range = ({ minimum, maximum }: Schema): string =>
  minimum !== undefined && maximum !== undefined
    ? `from ${minimum} to ${maximum}`
    : minimum !== undefined
      ? `${minimum} or more`
      : `${maximum} or less`
