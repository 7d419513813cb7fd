import type { Fault, Path } from '../language/fault.ts'
import { isObject, noVariant, range, show, unknownKey, wrongType } from './check-words.ts'
import type { Schema } from './shape-schema.ts'
import { didYouMean } from '../spelling.ts'

type Definitions = Record<string, Schema>

/** Takes one fault after another. Those of a large value may be more than memory holds: what is kept is up to it. */
type Report = (fault: Fault) => void

/** What stays the same all through one check. */
interface Checking {
  definitions: Definitions
  report: Report
}

/** Everything in `value` that is not as the schema says. A validator that reads for people: each fault says what to write instead. */
export function check(schema: Schema, value: unknown, definitions: Definitions): Fault[] {
  const faults: Fault[] = []
  checkEach(schema, value, definitions, fault => faults.push(fault))
  return faults
}

/** The same, fault by fault, in the order of the value. */
export function checkEach(schema: Schema, value: unknown, definitions: Definitions, report: Report): void {
  checkAny(schema, value, [], { definitions, report })
}

function checkAny(schema: Schema, value: unknown, path: Path, checking: Checking): void {
  if (schema.$ref) return checkAny(checking.definitions[schema.$ref.replace('#/$defs/', '')]!, value, path, checking)
  const variants = schema.anyOf ?? schema.oneOf
  if (variants) return checkUnion(schema, variants, value, path, checking)
  const types = schema.type === undefined ? [] : [schema.type].flat()
  if (types.length > 0 && !types.some(type => isOf(type, value)))
    return checking.report({ path, message: wrongType(schema, value) })
  if (schema.const !== undefined && value !== schema.const)
    return checking.report({ path, message: `must be ${schema.const}, found ${show(value)}` })
  if (Array.isArray(value)) return checkList(schema, value, path, checking)
  if (isObject(value)) return checkObject(schema, value, path, checking)
  const message = faultOfScalar(schema, value)
  if (message !== undefined) checking.report({ path, message })
}

function faultOfScalar(schema: Schema, value: unknown): string | undefined {
  if (typeof value === 'string') {
    if (schema.enum && !schema.enum.includes(value))
      return `must be one of ${schema.enum.join(', ')}, found ${show(value)}${didYouMean(value, schema.enum)}`
    if (value.length < (schema.minLength ?? 0)) return value === '' ? 'must not be empty' : `must be ${schema.title}`
    if (schema.pattern && !new RegExp(schema.pattern).test(value))
      return `must be ${schema.title}, found ${show(value)}`
  }
  if (typeof value === 'number') {
    const { minimum = -Infinity, maximum = Infinity } = schema
    if (!Number.isFinite(value)) return 'must be a finite number'
    if (value < minimum || value > maximum) return `must be ${schema.title ?? range(schema)}, found ${value}`
  }
  return undefined
}

function checkList(schema: Schema, list: unknown[], path: Path, checking: Checking): void {
  if (list.length < (schema.minItems ?? 0)) checking.report({ path, message: 'must not be empty' })
  for (const [index, item] of list.entries()) checkAny(schema.items ?? {}, item, [...path, index], checking)
}

function checkObject(schema: Schema, object: object, path: Path, checking: Checking): void {
  const { properties = {}, patternProperties = {}, required = [] } = schema
  const keys = Object.keys(object)
  for (const key of required) if (!Object.hasOwn(object, key)) checking.report({ path, message: `needs "${key}"` })
  if (keys.length < (schema.minProperties ?? 0))
    checking.report({ path, message: `needs one of ${Object.keys(properties).join(', ')}` })
  const [[pattern, ofPattern] = []] = Object.entries(patternProperties)
  const fitting = pattern === undefined ? undefined : new RegExp(pattern)
  for (const [key, value] of Object.entries(object)) {
    const below = [...path, key]
    const own = Object.hasOwn(properties, key) ? properties[key] : undefined
    if (own) checkAny(own, value, below, checking)
    else if (fitting?.test(key)) checkAny(ofPattern!, value, below, checking)
    else if (fitting)
      checking.report({ path: below, atKey: true, message: `"${key}" is not a name that can stand here` })
    else if (schema.additionalProperties === false) checking.report(unknownKeyAt(below, key, properties))
    else checkAny({}, value, below, checking)
  }
}

/** Words are made when the fault is told. */
const unknownKeyAt = (path: Path, key: string, properties: object): Fault => ({
  path,
  atKey: true,
  get message() {
    return unknownKey(key, Object.keys(properties))
  },
})

function checkUnion(schema: Schema, variants: Schema[], value: unknown, path: Path, checking: Checking): void {
  if (schema.discriminator) return checkTagged(schema.discriminator.propertyName, variants, value, path, checking)
  const fitting = variants.filter(variant => mayBe(variant, value))
  const [only, ...others] = fitting
  if (!only || isOtherWord(only, variants, value)) return checking.report({ path, message: noVariant(variants, value) })
  if (others.length === 0 || !isObject(value)) return checkAny(only, value, path, checking)
  return checkNamed(schema, fitting, value, path, checking)
}

const mayBe = ({ type, const: only }: Schema, value: unknown) =>
  only === undefined ? isOf(String(type), value) : typeof only === typeof value

/** A text that is none of the few words there are, where an object could stand as well. */
function isOtherWord({ enum: words }: Schema, variants: Schema[], value: unknown): boolean {
  return typeof value === 'string' && words !== undefined && !words.includes(value) && variants.length > 1
}

/** Objects told apart by the key that names them: `say: …`, `wait: …`. */
function checkNamed(schema: Schema, variants: Schema[], value: object, path: Path, checking: Checking): void {
  const names = variants.map(({ required = [] }) => required[0]!)
  const [first, ...others] = names.filter(key => Object.hasOwn(value, key))
  if (first === undefined) return checking.report(unnamed(names, Object.keys(value), path))
  const variant = variants[names.indexOf(first)]!
  const stranger = others.find(key => !Object.hasOwn(variant.properties ?? {}, key))
  if (stranger === undefined) return checkAny(variant, value, path, checking)
  const remedy = schema.title === 'Step' ? ': give each an entry of its own' : ''
  checking.report({
    path: [...path, stranger],
    atKey: true,
    message: `"${first}" and "${stranger}" cannot stand together${remedy}`,
  })
}

function unnamed(names: string[], keys: string[], path: Path): Fault {
  const stray = keys.find(key => didYouMean(key, names) !== '')
  if (stray !== undefined) return { path: [...path, stray], atKey: true, message: unknownKey(stray, names) }
  return { path, message: `needs one of ${names.join(', ')}${keys.length > 0 ? `, found ${keys.join(', ')}` : ''}` }
}

/** Objects told apart by the value of one key: `kind: text`. */
function checkTagged(tag: string, variants: Schema[], value: unknown, path: Path, checking: Checking): void {
  if (!isObject(value))
    return checking.report({ path, message: `must be an object with "${tag}", found ${show(value)}` })
  const allowed = variants.map(({ properties }) => String(properties![tag]!.const))
  const found: unknown = (value as Record<string, unknown>)[tag]
  if (found === undefined) return checking.report({ path, message: `needs "${tag}": ${allowed.join(', ')}` })
  const index = typeof found === 'string' ? allowed.indexOf(found) : -1
  if (index >= 0) return checkAny(variants[index]!, value, path, checking)
  const hint = typeof found === 'string' ? didYouMean(found, allowed) : ''
  checking.report({
    path: [...path, tag],
    message: `must be one of ${allowed.join(', ')}, found ${show(found)}${hint}`,
  })
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
