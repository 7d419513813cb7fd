import { parseArgs } from 'node:util'
import { envName, flagName, type Option, type Options, type Said } from '../options/option.ts'
import { nearest } from '../spelling.ts'
import { UsageError } from './streams.ts'

export interface Parsed<F extends Options> {
  values: Said<F>
  positionals: string[]
  /** The flags on the command line, apart from the environment. */
  given: ReadonlySet<string>
  /** Behind `--`. */
  rest: string[]
}

/** Throws UsageError. */
export function demandNoArgument(command: string, words: Pick<Parsed<Options>, 'positionals' | 'rest'>): void {
  const [stray] = [...words.positionals, ...words.rest]
  if (stray !== undefined) throw new UsageError(`${command} takes no argument, found "${stray}"`)
}

/** Reads flags, and the environment for those that are not given. Throws UsageError. */
export function parseFlags<F extends Options>(flags: F, args: readonly string[], env: NodeJS.ProcessEnv): Parsed<F> {
  const split = args.indexOf('--')
  const own = split < 0 ? [...args] : args.slice(0, split)
  const named = new Map(Object.entries(flags).map(([name, flag]) => [flagName(name), { name, flag }]))
  const options = Object.fromEntries(
    Array.from(named, ([written, { flag }]) => [
      written,
      { type: flag.value === undefined ? ('boolean' as const) : ('string' as const) },
    ]),
  )
  const { tokens } = parseArgs({ args: own, options, strict: false, tokens: true })
  const given = new Map<string, string[]>()
  const positionals: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value)
    if (token.kind !== 'option') continue
    const { name, flag } = named.get(token.name) ?? {}
    if (!flag) throw new UsageError(`unknown flag ${token.rawName}${suggestion(token.name, [...named.keys()])}`)
    if (flag.value !== undefined && token.value === undefined)
      throw new UsageError(`${token.rawName} needs a value: ${flag.value}`)
    if (flag.value === undefined && token.value !== undefined) throw new UsageError(`${token.rawName} takes no value`)
    given.set(name!, [...(given.get(name!) ?? []), token.value ?? 'true'])
  }
  const values = Object.fromEntries(
    Object.entries(flags).map(([name, flag]) => [name, valueOf(name, flag, given.get(name), env)]),
  )
  return {
    values: values as Said<F>,
    positionals,
    given: new Set(given.keys()),
    rest: split < 0 ? [] : args.slice(split + 1),
  }
}

function valueOf(name: string, flag: Option, given: string[] | undefined, env: NodeJS.ProcessEnv): unknown {
  if (given) return readAs(`--${flagName(name)}`, flag, given)
  const variable = [envName(name), ...(flag.env ?? [])].find(
    candidate => env[candidate] !== undefined && env[candidate] !== '',
  )
  if (variable === undefined) return undefined
  const text = env[variable]!
  return readAs(variable, flag, flag.kind.repeatable ? text.split(',').map(part => part.trim()) : [text])
}

function readAs(source: string, flag: Option, texts: readonly string[]): unknown {
  try {
    return flag.kind.fromTexts(texts)
  } catch (error) {
    throw new UsageError(`${source}: ${(error as Error).message}`)
  }
}

function suggestion(name: string, known: string[]): string {
  const near = nearest(name, known)
  return near === undefined ? '' : `, did you mean --${near}?`
}

/** Variables that look like ours and are not. */
export function strayVariables(flags: Options, env: NodeJS.ProcessEnv): string[] {
  const known = Object.keys(flags).map(envName)
  return Object.keys(env)
    .filter(name => name.startsWith('ORQ_MOCK_') && !known.includes(name))
    .map(name => {
      const near = nearest(
        name.toLowerCase(),
        known.map(one => one.toLowerCase()),
      )
      return `unknown variable ${name}${near === undefined ? '' : `, did you mean ${near.toUpperCase()}?`}`
    })
}
