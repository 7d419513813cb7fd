import type { ErrorObject } from 'ajv'
import { didYouMean } from '../spelling.ts'
import type { Misfit } from './bad-body.ts'

/** What a validator has found, for people: each place once, and of the shapes of a union the one that is meant. */
export function misfitsIn(errors: readonly ErrorObject[], context: string): Misfit[] {
  const told = new Map<string, Misfit>()
  for (const error of tellingErrors(errors)) {
    const misfit = describe(error, context)
    // An object may lack several things; of any other place, the first that is said is the plainest.
    const key = error.keyword === 'required' && !isTag(error) ? `${misfit.place} ${misfit.message}` : misfit.place
    if (!told.has(key)) told.set(key, misfit)
  }
  return [...told.values()]
}

/** The errors inside the shapes of a union come before the one that says that none fits. */
function tellingErrors(errors: readonly ErrorObject[]): ErrorObject[] {
  const told: ErrorObject[] = []
  for (const error of errors) {
    if (error.keyword !== 'anyOf') told.push(error)
    else {
      const from = told.findIndex(({ schemaPath }) => schemaPath.startsWith(`${error.schemaPath}/`))
      told.push(...tellingBranch(error, from < 0 ? [] : told.splice(from)))
    }
  }
  return told
}

/** Where one of several shapes was to fit, the errors inside the one that is meant say more than that none did. */
function tellingBranch(union: ErrorObject, errors: readonly ErrorObject[]): ErrorObject[] {
  const branchOf = ({ schemaPath }: ErrorObject) => Number.parseInt(schemaPath.slice(union.schemaPath.length + 1), 10)
  const missing = errors.filter(
    ({ keyword, instancePath }) => keyword === 'required' && instancePath === union.instancePath,
  )
  const without = new Set(missing.map(branchOf))
  const meant = errors.find(error => !without.has(branchOf(error)))
  if (meant) return errors.filter(error => branchOf(error) === branchOf(meant))
  const keys = missing.map(({ params }) => `"${String(params['missingProperty'])}"`)
  const others = errors.filter(error => !missing.includes(error))
  return [...(keys.length > 0 ? [{ ...union, message: `must have ${keys.join(' or ')}` }] : [union]), ...others]
}

function describe(error: ErrorObject, context: string): Misfit {
  const place = placeOf(error.instancePath)
  const at = place || context
  const params = error.params as Record<string, unknown>
  const message = error.message ?? 'is not as it must be'
  switch (error.keyword) {
    case 'required': {
      const missing = String(params['missingProperty'])
      if (isTag(error)) return { place: below(place, missing), message: oneOf(allowedTags(error)) }
      return { place: at, message: `must have "${missing}"` }
    }
    case 'additionalProperties': {
      const key = String(params['additionalProperty'])
      return { place: below(place, key), message: `is not known here${didYouMean(key, knownKeys(error))}` }
    }
    case 'enum':
      return { place: at, message: oneOf(params['allowedValues'] as unknown[]) }
    case 'discriminator':
      return { place: below(place, String(params['tag'])), message: oneOf(allowedTags(error)) }
    default:
      return { place: at, message }
  }
}

const oneOf = (values: readonly unknown[]) => `must be one of ${values.join(', ')}`

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
