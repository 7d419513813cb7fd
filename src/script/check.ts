import type { Fault, Path } from './fault.ts'
import { isObject, noVariant, range, show, unknownKey, wrongType } from './check-words.ts'
import type { Schema } from './schema.ts'
import { didYouMean } from './spelling.ts'

type Definitions = Record<string, Schema>

/** Everything in `value` that is not as the schema says. A validator that reads for people: each fault says what to write instead. */
export function check(schema: Schema, value: unknown, definitions: Definitions, path: Path = []): Fault[] {
  if (schema.$ref) return check(definitions[schema.$ref.replace('#/$defs/', '')]!, value, definitions, path)
  const variants = schema.anyOf ?? schema.oneOf
  if (variants) return checkUnion(schema, variants, value, definitions, path)
  const types = schema.type === undefined ? [] : [schema.type].flat()
  if (types.length > 0 && !types.some(type => isOf(type, value))) return [{ path, message: wrongType(schema, value) }]
  if (schema.const !== undefined && value !== schema.const)
    return [{ path, message: `must be ${schema.const}, found ${show(value)}` }]
  if (Array.isArray(value)) return checkList(schema, value, definitions, path)
  if (isObject(value)) return checkObject(schema, value, definitions, path)
  return checkScalar(schema, value, path)
}

function checkScalar(schema: Schema, value: unknown, path: Path): Fault[] {
  const fault = (message: string): Fault[] => [{ path, message }]
  if (typeof value === 'string') {
    if (schema.enum && !schema.enum.includes(value))
      return fault(`must be one of ${schema.enum.join(', ')}, found "${value}"${didYouMean(value, schema.enum)}`)
    if (value.length < (schema.minLength ?? 0))
      return fault(value === '' ? 'must not be empty' : `must be ${schema.title}`)
    if (schema.pattern && !new RegExp(schema.pattern).test(value))
      return fault(`must be ${schema.title}, found ${show(value)}`)
  }
  if (typeof value === 'number') {
    const { minimum = -Infinity, maximum = Infinity } = schema
    if (!Number.isFinite(value)) return fault('must be a finite number')
    if (value < minimum || value > maximum) return fault(`must be ${schema.title ?? range(schema)}, found ${value}`)
  }
  return []
}

function checkList(schema: Schema, list: unknown[], definitions: Definitions, path: Path): Fault[] {
  if (list.length < (schema.minItems ?? 0)) return [{ path, message: 'must not be empty' }]
  return list.flatMap((item, index) => check(schema.items ?? {}, item, definitions, [...path, index]))
}

function checkObject(schema: Schema, object: object, definitions: Definitions, path: Path): Fault[] {
  const { properties = {}, patternProperties = {}, required = [] } = schema
  const known = Object.keys(properties)
  const keys = Object.keys(object)
  const faults: Fault[] = []
  for (const key of required) if (!keys.includes(key)) faults.push({ path, message: `needs "${key}"` })
  if (keys.length < (schema.minProperties ?? 0)) faults.push({ path, message: `needs one of ${known.join(', ')}` })
  for (const [key, value] of Object.entries(object)) {
    const below = [...path, key]
    const [pattern, ofPattern] = Object.entries(patternProperties)[0] ?? []
    const own = Object.hasOwn(properties, key) ? properties[key] : undefined
    if (own) faults.push(...check(own, value, definitions, below))
    else if (pattern !== undefined && new RegExp(pattern).test(key))
      faults.push(...check(ofPattern!, value, definitions, below))
    else if (pattern !== undefined)
      faults.push({ path: below, atKey: true, message: `"${key}" is not a name that can stand here` })
    else if (schema.additionalProperties === false)
      faults.push({ path: below, atKey: true, message: unknownKey(key, known) })
    else faults.push(...check({}, value, definitions, below))
  }
  return faults
}

function checkUnion(schema: Schema, variants: Schema[], value: unknown, definitions: Definitions, path: Path): Fault[] {
  if (schema.discriminator) return checkTagged(schema.discriminator.propertyName, variants, value, definitions, path)
  const fitting = variants.filter(variant => mayBe(variant, value))
  const [only, ...others] = fitting
  if (!only || isOtherWord(only, variants, value)) return [{ path, message: noVariant(variants, value) }]
  if (others.length === 0 || !isObject(value)) return check(only, value, definitions, path)
  return checkNamed(schema, fitting, value, definitions, path)
}

const mayBe = ({ type, const: only }: Schema, value: unknown) =>
  only === undefined ? isOf(String(type), value) : typeof only === typeof value

/** A text that is none of the few words there are, where an object could stand as well. */
function isOtherWord({ enum: words }: Schema, variants: Schema[], value: unknown): boolean {
  return typeof value === 'string' && words !== undefined && !words.includes(value) && variants.length > 1
}

/** Objects told apart by the key that names them: `say: …`, `wait: …`. */
function checkNamed(schema: Schema, variants: Schema[], value: object, definitions: Definitions, path: Path): Fault[] {
  const names = variants.map(({ required = [] }) => required[0]!)
  const keys = Object.keys(value)
  const named = names.filter(key => keys.includes(key))
  if (named.length === 0) {
    const stray = keys.find(key => didYouMean(key, names) !== '')
    if (stray !== undefined) return [{ path: [...path, stray], atKey: true, message: unknownKey(stray, names) }]
    return [{ path, message: `needs one of ${names.join(', ')}${keys.length > 0 ? `, found ${keys.join(', ')}` : ''}` }]
  }
  const variant = variants[names.indexOf(named[0]!)]!
  const strangers = named.slice(1).filter(key => !Object.hasOwn(variant.properties ?? {}, key))
  if (strangers.length > 0)
    return [
      {
        path: [...path, strangers[0]!],
        atKey: true,
        message: `"${named[0]}" and "${strangers[0]}" cannot stand together${schema.title === 'Step' ? ': give each an entry of its own' : ''}`,
      },
    ]
  return check(variant, value, definitions, path)
}

/** Objects told apart by the value of one key: `kind: text`. */
function checkTagged(tag: string, variants: Schema[], value: unknown, definitions: Definitions, path: Path): Fault[] {
  if (!isObject(value)) return [{ path, message: `must be an object with "${tag}", found ${show(value)}` }]
  const allowed = variants.map(({ properties }) => String(properties![tag]!.const))
  const found: unknown = (value as Record<string, unknown>)[tag]
  if (found === undefined) return [{ path, message: `needs "${tag}": ${allowed.join(', ')}` }]
  const index = allowed.indexOf(String(found))
  if (index >= 0) return check(variants[index]!, value, definitions, path)
  return [
    {
      path: [...path, tag],
      message: `must be one of ${allowed.join(', ')}, found ${show(found)}${typeof found === 'string' ? didYouMean(found, allowed) : ''}`,
    },
  ]
}

function isOf(type: string, value: unknown): boolean {
  switch (type) {
    case 'array':
      return Array.isArray(value)
    case 'object':
      return isObject(value)
    case 'integer':
      return Number.isInteger(value)
    case 'null':
      return value === null
    default:
      return typeof value === type
  }
}
