import { Type, type Static, type TObject, type TSchema, type TUnsafe } from '@sinclair/typebox'

/** A string out of a fixed set. A plain `enum` reports all allowed values at once, where a union of constants reports one. */
export function Choice<const Values extends readonly string[]>(
  values: Values,
  options: Record<string, unknown> = {},
): TUnsafe<Values[number]> {
  return Type.Unsafe<Values[number]>({ type: 'string', enum: [...values], ...options })
}

/** A union told apart by one property. The `discriminator` keeps a validator in the one branch that is meant. */
export function Tagged<const Variants extends readonly TObject[]>(
  tag: string,
  variants: Variants,
  options: Record<string, unknown> = {},
): TUnsafe<Static<Variants[number]>> {
  return Type.Unsafe<Static<Variants[number]>>({
    type: 'object',
    oneOf: [...variants],
    discriminator: { propertyName: tag },
    required: [tag],
    ...options,
  })
}

/** A value or null, as one `type` list: the form the vendor publishes. */
export function Nullable<T extends TSchema>(schema: T): TUnsafe<Static<T> | null> {
  const { type } = schema as { type?: string | string[] }
  return Type.Unsafe<Static<T> | null>({ ...schema, type: [type, 'null'].flat() })
}

/** A text, or something else. One `type` list again: of a union, an error would name one side only. */
export function TextOr<T extends TSchema>(schema: T): TUnsafe<Static<T> | string> {
  const { title: _title, description: _words, ...rest } = schema
  return Type.Unsafe<Static<T> | string>({ ...rest, type: ['string', (schema as { type?: string }).type] })
}

/** An object that the API passes through without looking inside. */
export const FreeObject = Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: {} })
export type FreeObject = Static<typeof FreeObject>

/** An object whose values are all texts. */
export const StringMap = Type.Unsafe<Record<string, string>>({
  type: 'object',
  additionalProperties: { type: 'string' },
})

/** The same shape under other words, such as a description of its own. */
export function reworded<T extends TSchema>(schema: T, words: Record<string, unknown>): T {
  return { ...schema, ...words }
}
