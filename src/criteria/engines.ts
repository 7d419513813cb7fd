import type { When } from '../language/shape.ts'
import type { Engines } from './criteria.ts'

/** What these conditions need. */
export const enginesFor = (whens: readonly (When | undefined)[]): Promise<Engines> =>
  whens.some(needsEngines) ? loadEngines() : Promise.resolve(noEngines)

function needsEngines(when: When | undefined): boolean {
  return when?.body !== undefined || (typeof when?.text === 'object' && when.text.matches !== undefined)
}

/** Regular expressions in linear time, and JSON Schemas that use them. Loaded by the first fixture that has either. */
async function loadEngines(): Promise<Engines> {
  // By way of the default, which is all that a bundler keeps of a CommonJS module that is loaded late.
  const [{ RE2JS }, ajv2020] = await Promise.all([import('re2js'), import('ajv/dist/2020.js')])
  const regexp = (pattern: string) => {
    const compiled = RE2JS.compile(pattern)
    return (text: string) => compiled.matcher(text).find()
  }
  // Ajv tells expressions apart by their text.
  const regExp = Object.assign((pattern: string) => ({ test: regexp(pattern), toString: () => pattern }), {
    code: 're2',
  })
  const ajv = new ajv2020.default.Ajv2020({
    strict: false,
    meta: false,
    validateSchema: false,
    validateFormats: false,
    code: { regExp },
  })
  const schema = (schema: { $id?: string; $async?: boolean }) => {
    if (schema.$async) throw new Error('$async has no meaning here')
    const validate = ajv.compile(schema)
    // Two fixtures may use the same $id, which Ajv keeps a register of.
    if (schema.$id) ajv.removeSchema(schema.$id)
    return validate as (value: unknown) => boolean
  }
  return { regexp, schema }
}

/** For fixtures that need neither. */
export const noEngines: Engines = {
  regexp: () => () => false,
  schema: () => () => false,
}
