/** How the value of an option is written, on a command line and in a program. */
export interface Kind<Given = never, Value = unknown> {
  /** Reads the words of a flag or of a variable; the last one holds, unless the kind is a list. Throws an Error that says what was expected. */
  fromTexts(this: void, texts: readonly string[]): Value
  /** Reads what a program gives: `Given`, if it is typed, else anything. Throws as `fromTexts` does. */
  fromProgram: (given: Given) => Value
  /** Whether the words of several flags add up. */
  repeatable?: boolean
}

/** One thing that can be set: a flag, its variable, an option of `startMock`, a setting. */
export interface Option<Given = never, Value = unknown> {
  kind: Kind<Given, Value>
  /** What stands for the value in the help; an option without one is a switch. */
  value?: string
  /** As the flag writes it. */
  default?: string
  /** What the help says in place of the default, or where there is none. */
  defaultWords?: string
  help: string
  /** Environment variables beside `ORQ_MOCK_<NAME>`, which goes before them. */
  env?: readonly string[]
}

/** By their names in a program, in the order of the help. */
export type Options = Readonly<Record<string, Option>>

type ValueOf<O extends Option> = O extends { kind: Kind<never, infer Value> } ? Value : never
type GivenOf<O extends Option> = O extends { kind: { fromProgram: (given: infer Given) => unknown } } ? Given : never

/** What a program may give; undefined is not given. */
export type Given<Table extends Options> = { -readonly [Name in keyof Table]?: GivenOf<Table[Name]> | undefined }

/** What is said about a mock, in flags or in a program. */
export type Said<Table extends Options> = { -readonly [Name in keyof Table]?: ValueOf<Table[Name]> | undefined }

/** With the defaults for what is not said. */
export type Filled<Table extends Options> = {
  -readonly [Name in keyof Table]: ValueOf<Table[Name]> | (Table[Name] extends { default: string } ? never : undefined)
}

/** `maxBody` is `--max-body`. */
export const flagName = (option: string): string => option.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)

/** `maxBody` is `ORQ_MOCK_MAX_BODY`. */
export const envName = (option: string): string => `ORQ_MOCK_${flagName(option).replaceAll('-', '_').toUpperCase()}`

/** What is read of the default: nothing where nothing happens without the option. */
export function shownDefault({ value, default: text = '', defaultWords }: Option): string {
  return defaultWords ?? (value === undefined ? 'off' : text)
}

/** What is said, and the defaults for the rest. */
export function fill<Table extends Options>(table: Table, said: Said<Table>): Filled<Table> {
  const filled = Object.entries(table).map(([name, option]) => [
    name,
    (said as Record<string, unknown>)[name] ?? defaultOf(option),
  ])
  return Object.fromEntries(filled) as Filled<Table>
}

const defaultOf = ({ kind, default: text }: Option) => (text === undefined ? undefined : kind.fromTexts([text]))
