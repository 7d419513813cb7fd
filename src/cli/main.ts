import { packageVersion } from '../package-files.ts'
import { FixtureError } from '../script/fault.ts'
import { nearest } from '../script/spelling.ts'
import { parseFlags, strayVariables } from './flags.ts'
import { helpOf } from './help.ts'
import { serve } from './serve.ts'
import { serveFlags } from './serve-flags.ts'
import { exitCode, UsageError, type Streams } from './streams.ts'

const commands = ['serve'] as const
type Command = (typeof commands)[number]

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
  for (const stray of strayVariables(serveFlags, env)) streams.err(`warning: ${stray}`)
  switch (command) {
    case 'serve':
      return serve(parseFlags(serveFlags, own, env), streams)
  }
}

function commandOf(first: string | undefined): Command {
  if (first === undefined || first.startsWith('-')) return 'serve'
  const command = commands.find(name => name === first)
  if (command) return command
  const near = nearest(first, commands)
  throw new UsageError(`unknown command "${first}"${near === undefined ? '' : `, did you mean ${near}?`}`)
}

function say(streams: Streams, text: string): number {
  streams.out(text)
  return exitCode.done
}

function report(error: unknown, streams: Streams): number {
  if (error instanceof UsageError) {
    streams.err(`${error.message}\nTry orq-agents-mock --help.`)
    return exitCode.usage
  }
  if (error instanceof FixtureError) {
    streams.err(error.message)
    streams.err(`${error.faults.length} ${error.faults.length === 1 ? 'fault' : 'faults'} in the fixtures.`)
    return exitCode.badFixtures
  }
  const { code, message, port } = error as NodeJS.ErrnoException & { port?: number }
  if (code === 'EADDRINUSE') {
    streams.err(`port ${port} is in use: stop what listens there, or take another with --port (0 takes a free one)`)
    return exitCode.portInUse
  }
  streams.err(message)
  return exitCode.failure
}
