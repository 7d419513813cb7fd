import { Type, type Static } from '@sinclair/typebox'
import { isoTime } from '../iso-time.ts'
import type { Library } from '../matching/library.ts'
import type { FixturesState } from '../loading/live-library.ts'
import { agentsIn } from '../loading/summary.ts'

const RealTime = (description: string) => Type.Optional(Type.String({ description: `ISO 8601. ${description}` }))

export const FixturesHealth = Type.Object(
  {
    scripts: Type.Integer({ description: 'That play now.' }),
    agents: Type.Integer(),
    watching: Type.Boolean(),
    reloaded_at: RealTime('When changed fixtures were last taken over.'),
    failed_at: RealTime('When changed fixtures were found to be wrong, so that the old ones go on.'),
    fault_count: Type.Optional(Type.Integer()),
    faults: Type.Optional(
      Type.Array(
        Type.Object({
          place: Type.String(),
          line: Type.Optional(Type.Integer()),
          column: Type.Optional(Type.Integer()),
          message: Type.String(),
        }),
        { description: 'The first 20.' },
      ),
    ),
  },
  { title: 'FixturesHealth', description: 'What plays; with `faults`, what is in the folder does not.' },
)

const mostFaults = 20

/** Lines of the files are not shown: health answers without the admin token. */
export function fixturesHealthOf(
  { scripts }: Library,
  { watching, reloadedAtMs, failure }: FixturesState,
): Static<typeof FixturesHealth> {
  const faults = failure?.faults.slice(0, mostFaults)
  return {
    scripts: scripts.length,
    agents: agentsIn(scripts),
    watching,
    ...(reloadedAtMs === undefined ? {} : { reloaded_at: isoTime(reloadedAtMs) }),
    ...(failure ? { failed_at: isoTime(failure.atMs), fault_count: failure.total } : {}),
    ...(faults ? { faults: faults.map(({ excerpt: _shown, ...fault }) => fault) } : {}),
  }
}
