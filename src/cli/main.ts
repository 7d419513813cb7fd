import { options } from '../options/table.ts'
import { OptionError } from '../options/tls.ts'
import { packageVersion } from '../package-files.ts'
import { FixtureError } from '../language/fault.ts'
import { didYouMean } from '../spelling.ts'
import { exec, execFlags } from './exec.ts'
import { healthcheck, healthcheckFlags } from './healthcheck.ts'
import { init } from './init.ts'
import { parseFlags, strayVariables } from './flags.ts'
import { commandNames, helpOf, type Command } from './help.ts'
import { serve } from './serve.ts'
import { validate, validateFlags } from './validate.ts'
import { exitCode, UsageError, type Streams } from './streams.ts'

/** The program: arguments and environment in, exit code out. */
export async function main(args: readonly string[], env: NodeJS.ProcessEnv, streams: Streams): Promise<number> {
  try {
    return await run(args, env, streams)
  } catch (error) {
    return report(error, streams)
  }
}

async function run(args: readonly string[], env: NodeJS.ProcessEnv, streams: Streams): Promise<number> {
  const [first] = args
  const command = commandOf(first)
  const own = args.slice(first === command ? 1 : 0)
  const before = own.includes('--') ? own.slice(0, own.indexOf('--')) : own
  if (before.includes('--version')) return say(streams, packageVersion())
  if (before.includes('--help') || before.includes('-h')) return say(streams, helpOf(command))
  for (const stray of strayVariables({ ...execFlags, ...healthcheckFlags }, env)) streams.err(`warning: ${stray}\n`)
  switch (command) {
    case 'serve':
      return serve(parseFlags(options, own, env), streams)
    case 'exec':
      return exec(parseFlags(execFlags, own, env), env, streams)
    case 'init':
      return init(parseFlags({}, own, env), streams)
    case 'healthcheck':
      return healthcheck(parseFlags(healthcheckFlags, own, env), streams)
    case 'validate':
      return validate(parseFlags(validateFlags, own, env), streams)
  }
}

function commandOf(first: string | undefined): Command {
  if (first === undefined || first.startsWith('-')) return 'serve'
  const command = commandNames.find(name => name === first)
  if (command) return command
  throw new UsageError(
    `unknown command "${first}"${didYouMean(first, commandNames)}; the commands are ${commandNames.join(', ')}`,
  )
}

function say(streams: Streams, text: string): number {
  streams.out(`${text}\n`)
  return exitCode.done
}

function report(error: unknown, streams: Streams): number {
  const tell = (text: string, code: number) => {
    streams.err(`${text}\n`)
    return code
  }
  if (error instanceof UsageError || error instanceof OptionError)
    return tell(`${error.message}\nTry orq-agents-mock --help.`, exitCode.usage)
  if (error instanceof FixtureError)
    return tell(`${error.message}\n${countFaults(error)} in the fixtures`, exitCode.badFixtures)
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE') return tell(message, exitCode.portInUse)
  return tell(message, exitCode.failure)
}

const countFaults = ({ total }: FixtureError) => `${total} ${total === 1 ? 'fault' : 'faults'}`
