import { envName, type Flags } from './flags.ts'
import { serveFlags } from './serve-flags.ts'
import { validateFlags } from './validate.ts'

interface CommandHelp {
  usage: string
  about: string
  flags: Flags
}

const commands = {
  serve: {
    usage: 'orq-agents-mock [serve] [flags]',
    about: 'Plays scripted agents behind the orq.ai agents responses API.',
    flags: serveFlags,
  },
  validate: {
    usage: 'orq-agents-mock validate [DIR…]',
    about:
      'Checks fixtures and says where they are wrong; exit code 3 if they are. Default: those shipped with the mock.',
    flags: validateFlags,
  },
} satisfies Record<string, CommandHelp>

export type Command = keyof typeof commands
export const commandNames = Object.keys(commands) as Command[]

/** The whole help of a command. */
export function helpOf(command: Command): string {
  const { usage, about, flags }: CommandHelp = commands[command]
  const others = commandNames
    .filter(name => name !== command)
    .map(name => `  ${name.padEnd(12)} ${commands[name].about}`)
  return [
    usage,
    '',
    about,
    '',
    'Flags, and the variables that stand in for them:',
    ...flagLines(flags),
    '',
    'Other commands (each has --help):',
    ...others,
  ].join('\n')
}

function flagLines(flags: Flags): string[] {
  return Object.entries(flags).flatMap(([name, flag]) => [
    `  --${name}${flag.value === undefined ? '' : ` ${flag.value}`}  [${[envName(name), ...(flag.env ?? [])].join(', ')}]`,
    `      ${flag.help}`,
  ])
}
