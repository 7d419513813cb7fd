import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Options } from '../options/option.ts'
import { shippedSchema } from '../package-files.ts'
import type { Parsed } from './flags.ts'
import { exitCode, UsageError, type Streams } from './streams.ts'

const starter = `# yaml-language-server: $schema=./.fixture.schema.json
#
# A file holds the scripts of an agent; a script says when it plays and what the agent does.

agent: my_agent

scripts:
  - name: weather
    when: { text: weather }         # the message contains this
    steps:
      - tool: get_forecast          # a tool that runs on the server's side
        arguments: { city: "{{variables.city}}" }
        result: { sky: clear }
      - say: Clear sky in {{variables.city}}.

  - name: anything-else
    steps:
      - say: I know about the weather only.
`

/** Writes a fixture to start from, and the schema for editors beside it. */
export async function init({ positionals, rest }: Parsed<Options>, streams: Streams): Promise<number> {
  const [folder = 'fixtures', stray] = [...positionals, ...rest]
  if (stray !== undefined) throw new UsageError('init takes one folder')
  const file = join(folder, 'my_agent.yaml')
  await mkdir(folder, { recursive: true })
  await writeFile(file, starter, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EEXIST' ? new Error(`${file} is there already; nothing was changed`) : error
  })
  await copyFile(shippedSchema, join(folder, '.fixture.schema.json'))
  streams.out(`wrote ${file}; now: orq-agents-mock --fixtures ${folder} --watch\n`)
  return exitCode.done
}
