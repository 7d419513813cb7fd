import { shippedFixtures } from '../package-files.ts'
import { readFixtures } from '../script/folder.ts'
import { loadScripts } from '../script/load.ts'
import { summaryOf } from '../script/summary.ts'
import type { Flags, Parsed } from './flags.ts'
import { exitCode, type Streams } from './streams.ts'
import { list } from './values.ts'

export const validateFlags = {
  fixtures: { value: 'DIR', repeatable: true, help: 'the same as DIR', read: list },
} satisfies Flags

/** Checks fixtures as `serve` would. Throws a FixtureError with all their faults. */
export async function validate(
  { values, positionals }: Parsed<typeof validateFlags>,
  streams: Streams,
): Promise<number> {
  const named = [...positionals, ...(values.fixtures ?? [])]
  const fixtures = named.length > 0 ? named : [shippedFixtures]
  const scripts = await loadScripts(await readFixtures(fixtures))
  streams.out(`ok ${fixtures.join(' ')} (${summaryOf(scripts)})\n`)
  return exitCode.done
}
