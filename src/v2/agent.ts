import type { FastifyReply, FastifyRequest } from 'fastify'
import type { AgentProfile } from '../contract/agent.ts'
import { noteRefusal } from '../http/record.ts'
import { sendJson } from '../http/send.ts'
import { parseAgentKey, type AgentKey } from '../language/agent-key.ts'
import { Problem } from '../problem.ts'
import { defaultModel } from '../script/compile.ts'
import type { Script } from '../script/script.ts'
import type { Totals } from '../workspace/totals.ts'
import { v2 } from './wire.ts'

/** Answers whether there is such an agent, and what it is, as far as fixtures say it. */
export function showAgent(request: FastifyRequest, reply: FastifyReply, totals: Totals): void {
  const { workspace, entry } = request
  const agent = parseAgentKey(entry.agent!)
  const own = workspace.libraries().flatMap(library => library.forAgent(agent).filter(isOwn))
  const [script] = own
  if (script) {
    const profile = { ...usualProfile(agent, script), ...own.find(one => one.profile)?.profile }
    return sendJson(reply, 200, JSON.stringify(profile))
  }
  const problem = new Problem('unknown_agent', `There is no agent "${agent.full}".`, {
    hint: 'No fixture names it: an agent that only "*" would answer for is none.',
  })
  noteRefusal(request, problem, totals)
  sendJson(reply, 404, v2.notFoundBody(problem))
}

const isOwn = ({ agentText }: Script) => agentText !== '*'

/** The same agent has the same id, whoever asks, and whenever. */
const usualProfile = ({ key }: AgentKey, { attempts }: Script): AgentProfile => ({
  _id: `agent_${key}`,
  key,
  display_name: key,
  project_id: 'project_mock',
  status: 'live',
  path: 'Default',
  role: '',
  description: '',
  instructions: '',
  type: 'internal',
  engine: 'text',
  memory_stores: [],
  team_of_agents: [],
  model: { id: attempts.flatMap(attempt => (attempt.kind === 'play' ? attempt.manner.model : []))[0] ?? defaultModel },
})
