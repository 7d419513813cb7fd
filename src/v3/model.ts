import { parseAgentKey, type AgentKey } from '../language/agent-key.ts'
import { Problem } from '../problem.ts'

const prefix = 'agent/'

/** The agent that a request names. Throws a Problem for a model that is none, or is missing. */
export function readModel(model: string | undefined): AgentKey {
  if (model?.startsWith(prefix) && model.length > prefix.length) return parseAgentKey(model.slice(prefix.length))
  if (model?.includes('/') && !model.startsWith(prefix))
    throw new Problem('bad_model', `${JSON.stringify(model)} is a bare model, which this mock does not play.`, {
      hint: 'It plays agents: send "agent/<key>" as the model.',
    })
  // The API's own words.
  throw new Problem('bad_model', 'invalid model format', { hint: 'Send "agent/<key>" as the model.' })
}
