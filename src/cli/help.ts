import { envName, type Flags } from './flags.ts'
import { serveFlags } from './serve-flags.ts'

/** The whole help of a command. */
export function helpOf(_command: 'serve'): string {
  return [
    'orq-agents-mock [serve] [flags]',
    '',
    'Plays scripted agents behind the orq.ai agents responses API.',
    '',
    'Flags (each also as an environment variable):',
    ...flagLines(serveFlags),
    '  --help, --version',
  ].join('\n')
}

function flagLines(flags: Flags): string[] {
  const rows = Object.entries(flags).map(([name, flag]) => [
    `  --${name}${flag.value === undefined ? '' : ` ${flag.value}`}`,
    flag.help,
    [envName(name), ...(flag.env ?? [])].join(', '),
  ])
  const width = Math.max(...rows.map(([left]) => left!.length))
  return rows.map(([left, help, env]) => `${left!.padEnd(width)}  ${help} [${env}]`)
}
