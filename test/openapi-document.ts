import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'

/** A part of an OpenAPI document, which tests look into. */
// eslint-disable-next-line typescript/no-explicit-any -- its shape is what is tested
export type Json = any

interface Operation {
  /** `GET /v2/agents/{agent_key}/responses/{task_id}` */
  name: string
  path: string
  described: Json
}

/** The document, and what it says of values. A pointer says where in it a schema stands. */
export function openDocument(json: Json) {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, formats: { email: /^[^\s@]+@[^\s@]+$/ } })
  // What is above the schemas; and Ajv would not have the mapping in a discriminator.
  ajv.addVocabulary([...Object.keys(json), 'discriminator'])
  ajv.addSchema(json, 'document')

  const operations: Operation[] = Object.entries<Json>(json.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, described]) => ({ name: `${method.toUpperCase()} ${path}`, path, described })),
  )
  const at = (pointer: string): Json => keysOf(pointer).reduce((within: Json, key) => within?.[key], json)
  const validators = new Map<string, ValidateFunction>()
  function validator(pointer: string): ValidateFunction {
    const validate = validators.get(pointer) ?? ajv.compile({ $ref: `document${encodeURI(pointer)}` })
    validators.set(pointer, validate)
    return validate
  }

  /** What is wrong with a value, as text; empty where nothing is. */
  function wrong(pointer: string, value: unknown): string {
    const validate = validator(pointer)
    return validate(value) ? '' : `${pointer}: ${ajv.errorsText(validate.errors)}`
  }

  /** The components that a part of the document leads to. */
  function leadsTo(part: unknown, found = new Set<string>()): Set<string> {
    for (const ref of refsIn(part)) {
      if (found.has(nameOf(ref))) continue
      found.add(nameOf(ref))
      leadsTo(at(ref), found)
    }
    return found
  }

  /** Tells `visit` which schemas a value and all within it is of: those without a reference, and the references. */
  function walk(
    schema: Json,
    value: Json,
    visit: (schema: Json, value: Json, place: string) => void,
    place = '',
  ): void {
    visit(schema, value, place)
    const { $ref, oneOf = [], anyOf = [], properties = {}, items } = schema
    if ($ref) walk(at($ref), value, visit, place)
    for (const variant of [...oneOf, ...anyOf])
      if (!variant.$ref || wrong(variant.$ref, value) === '') walk(variant, value, visit, place)
    if (Array.isArray(value))
      for (const [index, item] of value.entries()) walk(items ?? {}, item, visit, `${place}[${index}]`)
    else if (isObject(value))
      for (const [key, below] of Object.entries(value)) walk(properties[key] ?? {}, below, visit, `${place}.${key}`)
  }

  return {
    json,
    operations,
    at,
    validator,
    wrong,
    leadsTo,
    /** Where all schemas stand: the components and what operations say without a name. */
    schemas: [
      ...Object.keys(json.components.schemas).map(name => `#/components/schemas/${name}`),
      ...operations.flatMap(({ name, described }) => schemasOf(name, described)),
    ],
    responsesOf: (name: string): Json => operations.find(one => one.name === name)!.described.responses,
    /** What in a value is of which component. */
    componentsIn(pointer: string, value: unknown): [name: string, value: Json][] {
      const found: [string, Json][] = []
      walk(at(pointer), value, ({ $ref }, value) => void ($ref && found.push([nameOf($ref), value])))
      return found
    },
    /** Keys of objects that their schemas do not name, though they name others. */
    unnamedIn(pointer: string, value: unknown): string[] {
      const found: string[] = []
      walk(at(pointer), value, ({ properties, additionalProperties }, value, place) => {
        if (!properties || additionalProperties !== undefined || !isObject(value)) return
        found.push(
          ...Object.keys(value)
            .filter(key => !(key in properties))
            .map(key => `${place}.${key}`),
        )
      })
      return found
    },
  }
}

/** The pointer to the schema of a body: of the request, or of a status. */
export function bodyPointer(operation: string, body: string, type = 'application/json'): string {
  return pointerTo(
    operation,
    ...(body === 'request' ? ['requestBody'] : ['responses', body]),
    'content',
    type,
    'schema',
  )
}

function schemasOf(operation: string, { parameters = [], requestBody, responses }: Json): string[] {
  const ofBody = (name: string, body: Json) =>
    Object.keys(body?.content ?? {}).map(type => bodyPointer(operation, name, type))
  return [
    ...parameters.map((_: Json, at: number) => pointerTo(operation, 'parameters', String(at), 'schema')),
    ...ofBody('request', requestBody),
    ...Object.entries(responses).flatMap(([status, response]) => ofBody(status, response)),
  ]
}

function pointerTo(operation: string, ...keys: string[]): string {
  const [method = '', path = ''] = operation.split(' ')
  const all = ['paths', path, method.toLowerCase(), ...keys]
  return `#/${all.map(key => key.replaceAll('~', '~0').replaceAll('/', '~1')).join('/')}`
}

function keysOf(pointer: string): string[] {
  const keys = pointer.split('/').slice(1)
  return keys.map(key => key.replaceAll('~1', '/').replaceAll('~0', '~'))
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

const nameOf = (ref: string) => ref.split('/').at(-1)!

/** All references within a part of the document. */
export function refsIn(part: unknown): string[] {
  if (!isObject(part)) return []
  return Object.entries(part).flatMap(([key, value]) => (key === '$ref' ? [value as string] : refsIn(value)))
}
