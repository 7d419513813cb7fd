import { envName, flagName, shownDefault, type Option, type Options } from '../options/option.ts'
import { options } from '../options/table.ts'
import { execFlags } from './exec.ts'
import { healthcheckFlags } from './healthcheck.ts'
import { validateFlags } from './validate.ts'

interface CommandHelp {
  usage: string
  about: string
  flags: Options
}

const commands = {
  serve: {
    usage: 'orq-agents-mock [serve] [flags]',
    about: 'Plays scripted agents behind the orq.ai agents responses API.',
    flags: options,
  },
  validate: {
    usage: 'orq-agents-mock validate [DIR…]',
    about: 'Checks fixtures and says where they are wrong.',
    flags: validateFlags,
  },
  exec: {
    usage: 'orq-agents-mock exec [flags] -- COMMAND…',
    about:
      'Runs a command against a mock on a free port: sets ORQ_BASE_URL, and ORQ_API_KEY if unset; with HTTPS, NODE_EXTRA_CA_CERTS if unset.',
    flags: execFlags,
  },
  init: {
    usage: 'orq-agents-mock init [DIR]',
    about: 'Writes a fixture to start from, into DIR or ./fixtures.',
    flags: {},
  },
  healthcheck: {
    usage: 'orq-agents-mock healthcheck [--wait]',
    about: 'Asks a running mock whether it is ready.',
    flags: healthcheckFlags,
  },
} satisfies Record<string, CommandHelp>

export type Command = keyof typeof commands
export const commandNames = Object.keys(commands) as Command[]

/** The whole help of a command. */
export function helpOf(command: Command): string {
  const { usage, about, flags }: CommandHelp = commands[command]
  const others = commandNames.filter(name => name !== command)
  const listed =
    Object.keys(flags).length === 0 ? [] : ['', 'Flags, and the variables that stand in for them:', ...flagLines(flags)]
  return [
    usage,
    '',
    about,
    ...listed,
    '',
    'Exit codes: 0 stopped or done, 1 failure, 2 usage, 3 bad fixtures, 4 port in use.',
    '',
    'Other commands (each has --help):',
    ...others.map(name => `  ${name.padEnd(12)} ${commands[name].about}`),
  ].join('\n')
}

function flagLines(flags: Options): string[] {
  return Object.entries(flags).flatMap(([name, option]) => [
    `  ${usageOf(name, option)}  [${[envName(name), ...(option.env ?? [])].join(', ')}]`,
    `      ${aboutOf(option)}`,
  ])
}

/** `--max-body SIZE`. */
export const usageOf = (name: string, { value }: Option): string =>
  `--${flagName(name)}${value === undefined ? '' : ` ${value}`}`

/** What an option is for, and what happens without it; of a switch, that goes without saying. */
export function aboutOf(option: Option): string {
  const { help, value, defaultWords, kind } = option
  const words = shownDefault(option)
  const ending = value === undefined || words === '' ? '' : `. Default${defaultWords === undefined ? '' : ':'} ${words}`
  return `${help}${kind.repeatable ? '; repeatable' : ''}${ending}`
}
