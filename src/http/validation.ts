import type { Ajv as AjvInstance, ValidateFunction } from 'ajv'
import type { FastifySchemaCompiler } from 'fastify'
import type { Problem } from '../problem.ts'
import { badBody } from './bad-body.ts'
import { misfitsIn } from './misfits.ts'

/**
 * Checks a value as it stands: nothing is coerced, defaulted or taken away (but in query strings, which are all text).
 * Ajv is loaded and a schema compiled when first used, since a mock starts far more often than any one route is called.
 */
export const compileValidator: FastifySchemaCompiler<object> = ({ schema, httpPart: context = 'body' }) => {
  // Whatever stands in a path is text.
  if (context === 'params') return () => true
  let compiled: ValidateFunction | undefined
  let thorough: ValidateFunction | undefined
  const refuse = async ({ errors }: ValidateFunction, value: unknown): Promise<Problem> => {
    let found = errors ?? []
    if (isSmall(value)) {
      thorough ??= (await ajvFor(context, true)).compile(schema)
      if (!thorough(value)) found = thorough.errors ?? found
    }
    return badBody(misfitsIn(found, context), strictness)
  }
  // Of a promise, Fastify only hears whether it was kept.
  const demand = async (value: unknown) => {
    compiled ??= (await ajvFor(context, false)).compile(schema)
    if (!compiled(value)) throw await refuse(compiled, value)
  }
  return (value: unknown) => (compiled?.(value) ? true : (demand(value) as never))
}

const strictness = 'Requests are checked against the published contract; nothing is coerced, dropped or filled in.'

const mostValues = 10_000

/** Whether all that may be wrong in a value can be listed in no time; of larger ones the first problem is told. */
function isSmall(value: unknown): boolean {
  const open = [value]
  for (let index = 0; index < open.length; index += 1) {
    const next = open[index]
    if (typeof next !== 'object' || next === null) continue
    const parts: unknown[] = Array.isArray(next) ? next : Object.values(next)
    if (open.length + parts.length > mostValues) return false
    open.push(...parts)
  }
  return true
}

const instances = new Map<string, Promise<AjvInstance>>()

/** Coercing for query strings only; stopping at the first error where what comes is most often right. */
function ajvFor(context: string, allErrors: boolean): Promise<AjvInstance> {
  const coerceTypes = context === 'querystring'
  const key = `${coerceTypes} ${allErrors}`
  const made = instances.get(key) ?? makeAjv({ coerceTypes, allErrors })
  instances.set(key, made)
  return made
}

async function makeAjv(options: { coerceTypes: boolean; allErrors: boolean }): Promise<AjvInstance> {
  const { Ajv } = (await import('ajv')).default
  const formats = { email: /^[^\s@]+@[^\s@]+$/ }
  return new Ajv({
    ...options,
    discriminator: true,
    allowUnionTypes: true,
    verbose: true,
    formats,
    strict: 'log',
    logger: false,
  })
}
