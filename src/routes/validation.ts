import type { Ajv as AjvInstance, ErrorObject, ValidateFunction } from 'ajv'
import type { FastifySchemaCompiler } from 'fastify'
import { Problem } from '../problem.ts'
import { didYouMean } from '../script/spelling.ts'

/**
 * Checks a value as it stands: nothing is coerced, defaulted or taken away (but in query strings, which are all text).
 * Ajv is loaded and a schema compiled when first used, since a mock starts far more often than any one route is called.
 */
export const compileValidator: FastifySchemaCompiler<object> = ({ schema, httpPart: context = 'body' }) => {
  // Whatever stands in a path is text.
  if (context === 'params') return () => true
  let compiled: ValidateFunction | undefined
  const verdict = (validate: ValidateFunction, value: unknown): true | Problem =>
    validate(value) ? true : problemOf(validate.errors ?? [], context)
  // Of a promise, Fastify only hears whether it was kept.
  const compileAndCheck = async (value: unknown) => {
    const ajv = await ajvFor(context)
    compiled ??= ajv.compile(schema)
    const found = verdict(compiled, value)
    if (found !== true) throw found
  }
  return (value: unknown) => {
    if (!compiled) return compileAndCheck(value) as never
    const found = verdict(compiled, value)
    return found === true ? true : { error: found }
  }
}

const instances = new Map<boolean, Promise<AjvInstance>>()

function ajvFor(context: string): Promise<AjvInstance> {
  const coerceTypes = context === 'querystring'
  const made = instances.get(coerceTypes) ?? makeAjv(coerceTypes)
  instances.set(coerceTypes, made)
  return made
}

async function makeAjv(coerceTypes: boolean): Promise<AjvInstance> {
  const { Ajv } = (await import('ajv')).default
  const formats = { email: /^[^\s@]+@[^\s@]+$/ }
  return new Ajv({
    discriminator: true,
    allowUnionTypes: true,
    verbose: true,
    coerceTypes,
    formats,
    strict: 'log',
    logger: false,
  })
}

/** The first thing that is wrong, as `message.parts[0].text must be string`. */
function problemOf(errors: readonly ErrorObject[], context: string): Problem {
  return new Problem('bad_body', describe(tellingError(errors), context), {
    hint: 'Requests are checked against the published contract; nothing is coerced, dropped or filled in.',
  })
}

/** Where one of several shapes was to fit, the error inside one of them says more than that none did. */
function tellingError(errors: readonly ErrorObject[]): ErrorObject {
  const last = errors.at(-1)!
  if (last.keyword !== 'anyOf') return errors[0]!
  const branches = errors.slice(0, -1)
  const missing = branches.filter(
    ({ keyword, instancePath }) => keyword === 'required' && instancePath === last.instancePath,
  )
  const keys = missing.map(({ params }) => `"${String(params['missingProperty'])}"`)
  return branches.find(error => !missing.includes(error)) ?? { ...last, message: `must have ${keys.join(' or ')}` }
}

function describe(error: ErrorObject, context: string): string {
  const place = placeOf(error.instancePath)
  const params = error.params as Record<string, unknown>
  const message = error.message ?? 'is not as it must be'
  switch (error.keyword) {
    case 'required':
      if (isTag(error))
        return `${below(place, String(params['missingProperty']))} must be one of ${allowedTags(error).join(', ')}`
      return `${place || context} must have "${String(params['missingProperty'])}"`
    case 'additionalProperties':
      return `${below(place, String(params['additionalProperty']))} is not known here${didYouMean(String(params['additionalProperty']), knownKeys(error))}`
    case 'enum':
      return `${place} must be one of ${(params['allowedValues'] as string[]).join(', ')}`
    case 'discriminator':
      return `${below(place, String(params['tag']))} must be one of ${allowedTags(error).join(', ')}`
    default:
      return `${place || context} ${message}`
  }
}

const knownKeys = ({ parentSchema }: ErrorObject) =>
  Object.keys((parentSchema as { properties?: object }).properties ?? {})

interface TaggedSchema {
  oneOf: { properties: Record<string, { const: unknown }> }[]
  discriminator: { propertyName: string }
}

/** Whether what is missing is the property that tells the variants of a union apart. */
const isTag = ({ parentSchema, params }: ErrorObject) =>
  (parentSchema as Partial<TaggedSchema>).discriminator?.propertyName === params['missingProperty']

function allowedTags({ parentSchema }: ErrorObject): unknown[] {
  const { oneOf, discriminator } = parentSchema as TaggedSchema
  return oneOf.map(({ properties }) => properties[discriminator.propertyName]?.const)
}

function placeOf(pointer: string): string {
  const steps = pointer.split('/').slice(1)
  return steps.reduce((place, step) => below(place, step.replaceAll('~1', '/').replaceAll('~0', '~')), '')
}

const below = (place: string, step: string) =>
  /^\d+$/.test(step) ? `${place}[${step}]` : place ? `${place}.${step}` : step
