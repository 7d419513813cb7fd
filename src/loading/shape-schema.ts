/** The part of JSON Schema that the shape of a fixture uses. */
export interface Schema {
  $ref?: string | undefined
  title?: string | undefined
  type?: string | string[] | undefined
  const?: string | boolean | undefined
  enum?: string[] | undefined
  pattern?: string | undefined
  minLength?: number | undefined
  minimum?: number | undefined
  maximum?: number | undefined
  minItems?: number | undefined
  minProperties?: number | undefined
  items?: Schema | undefined
  properties?: Record<string, Schema> | undefined
  patternProperties?: Record<string, Schema> | undefined
  required?: string[] | undefined
  additionalProperties?: unknown
  anyOf?: Schema[] | undefined
  oneOf?: Schema[] | undefined
  discriminator?: { propertyName: string } | undefined
}
