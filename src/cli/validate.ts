import type { Options } from '../options/option.ts'
import { options } from '../options/table.ts'
import { shippedFixtures } from '../package-files.ts'
import { readFixtures } from '../loading/folder.ts'
import { loadScripts } from '../loading/load.ts'
import { summaryOf } from '../loading/summary.ts'
import type { Parsed } from './flags.ts'
import { exitCode, type Streams } from './streams.ts'

export const validateFlags = {
  fixtures: { ...options.fixtures, help: 'the same as DIR' },
} satisfies Options

/** Checks fixtures as `serve` would. Throws a FixtureError with all their faults. */
export async function validate(
  { values, positionals, given, rest }: Parsed<typeof validateFlags>,
  streams: Streams,
): Promise<number> {
  const flagged = given.has('fixtures') ? (values.fixtures ?? []) : []
  const named = [...positionals, ...rest, ...flagged]
  const fixtures = named.length > 0 ? named : (values.fixtures ?? [shippedFixtures])
  const scripts = await loadScripts(await readFixtures(fixtures))
  streams.out(`ok ${fixtures.join(' ')} (${summaryOf(scripts)})\n`)
  return exitCode.done
}
