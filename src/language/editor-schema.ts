import { FixtureFile } from './shape.ts'
import { definitions } from './step-shape.ts'

/** The language of fixtures as a JSON Schema (2020-12), for editors. Made of the definitions that fixtures are checked by. */
export function fixtureSchema(): object {
  return JSON.parse(
    JSON.stringify({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: 'https://orq-agents-mock/fixture.schema.json',
      ...FixtureFile,
      $defs: definitions,
    }),
  ) as object
}
