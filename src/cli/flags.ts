import { parseArgs } from 'node:util'
import { nearest } from '../script/spelling.ts'
import { UsageError } from './streams.ts'

/** One flag: how it is written, what it means, and how its text becomes a value. */
interface Flag<T = unknown> {
  /** What stands for the value in the help; a flag without one is a switch. */
  value?: string
  repeatable?: boolean
  help: string
  /** Environment variables beside `ORQ_MOCK_<NAME>`, which goes before them. */
  env?: readonly string[]
  read(texts: readonly string[]): T
}

export type Flags = Record<string, Flag>
export type Values<F extends Flags> = { [Name in keyof F]: ReturnType<F[Name]['read']> | undefined }

export interface Parsed<F extends Flags> {
  values: Values<F>
  positionals: string[]
  /** The flags on the command line, apart from the environment. */
  given: ReadonlySet<string>
  /** Behind `--`. */
  rest: string[]
}

/** Throws UsageError. */
export function demandNoArgument(command: string, words: Pick<Parsed<Flags>, 'positionals' | 'rest'>): void {
  const [stray] = [...words.positionals, ...words.rest]
  if (stray !== undefined) throw new UsageError(`${command} takes no argument, found "${stray}"`)
}

/** Reads flags, and the environment for those that are not given. Throws UsageError. */
export function parseFlags<F extends Flags>(flags: F, args: readonly string[], env: NodeJS.ProcessEnv): Parsed<F> {
  const split = args.indexOf('--')
  const own = split < 0 ? [...args] : args.slice(0, split)
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, flag]) => [
      name,
      { type: flag.value === undefined ? ('boolean' as const) : ('string' as const) },
    ]),
  )
  const { tokens } = parseArgs({ args: own, options, strict: false, tokens: true })
  const given = new Map<string, string[]>()
  const positionals: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value)
    if (token.kind !== 'option') continue
    const flag = Object.hasOwn(flags, token.name) ? flags[token.name] : undefined
    if (!flag) throw new UsageError(`unknown flag ${token.rawName}${suggestion(token.name, Object.keys(flags))}`)
    if (flag.value !== undefined && token.value === undefined)
      throw new UsageError(`${token.rawName} needs a value: ${flag.value}`)
    if (flag.value === undefined && token.value !== undefined) throw new UsageError(`${token.rawName} takes no value`)
    given.set(token.name, [...(flag.repeatable ? (given.get(token.name) ?? []) : []), token.value ?? 'true'])
  }
  const values = Object.fromEntries(
    Object.entries(flags).map(([name, flag]) => [name, valueOf(name, flag, given.get(name), env)]),
  )
  return {
    values: values as Values<F>,
    positionals,
    given: new Set(given.keys()),
    rest: split < 0 ? [] : args.slice(split + 1),
  }
}

function valueOf(name: string, flag: Flag, given: string[] | undefined, env: NodeJS.ProcessEnv): unknown {
  if (given) return readAs(`--${name}`, flag, given)
  const variable = [envName(name), ...(flag.env ?? [])].find(
    candidate => env[candidate] !== undefined && env[candidate] !== '',
  )
  if (variable === undefined) return undefined
  const text = env[variable]!
  return readAs(variable, flag, flag.repeatable ? text.split(',').map(part => part.trim()) : [text])
}

function readAs(source: string, flag: Flag, texts: readonly string[]): unknown {
  try {
    return flag.read(texts)
  } catch (error) {
    throw new UsageError(`${source}: ${(error as Error).message}`)
  }
}

export const envName = (flag: string) => `ORQ_MOCK_${flag.toUpperCase().replaceAll('-', '_')}`

function suggestion(name: string, known: string[]): string {
  const near = nearest(name, known)
  return near === undefined ? '' : `, did you mean --${near}?`
}

/** Variables that look like ours and are not. */
export function strayVariables(flags: Flags, env: NodeJS.ProcessEnv): string[] {
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
