import type { FixtureFile, ScriptShape } from '../src/language/shape.ts'
import { fixture, type Reply } from './kit.ts'

/** A script that says its own name. */
export const telling = (name: string, rest: Partial<ScriptShape> = {}): ScriptShape => ({
  name,
  steps: [{ say: name }],
  ...rest,
})
export const file = (agent: string, ...scripts: ScriptShape[]): FixtureFile => fixture(scripts, { agent })
export const when = (text: string) => ({ when: { text } })

/** The script that played, or the status. */
export const played = ({ status, body }: Reply): unknown => (status === 200 ? body.output[0].parts[0]?.text : status)
