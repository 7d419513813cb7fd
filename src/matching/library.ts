import type { AgentKey } from '../language/agent-key.ts'
import type { Script } from '../script/script.ts'

/** Loaded scripts, found by agent. */
export interface Library {
  scripts: readonly Script[]
  /** The scripts for an agent, nearest first: its very version, its key, then globs by the length of their prefix. */
  forAgent(agent: AgentKey): readonly Script[]
}

/** Scripts of other agents cost a lookup nothing. */
export function buildLibrary(scripts: readonly Script[]): Library {
  const byName = new Map<string, Script[]>()
  for (const script of scripts) {
    const { agent } = script
    if (agent.kind === 'glob') continue
    const name = agent.kind === 'key' ? agent.key : agent.full
    const list = byName.get(name)
    if (list) list.push(script)
    else byName.set(name, [script])
  }
  const globs = scripts
    .filter(({ agent }) => agent.kind === 'glob')
    .sort((one, other) => prefixLength(other) - prefixLength(one))
  const find = (agent: AgentKey): readonly Script[] => {
    const version = agent.versioned ? byName.get(agent.full) : undefined
    const key = byName.get(agent.key)
    const fitting = globs.filter(script => script.agent.kind === 'glob' && script.agent.fits(agent))
    return [...(version ?? []), ...(key ?? []), ...fitting]
  }
  const found = new Map<string, readonly Script[]>()
  return {
    scripts,
    forAgent(agent) {
      const known = found.get(agent.full)
      if (known) return known
      // Clients make up agent keys; what is remembered of them stays small.
      if (found.size >= mostRemembered) found.clear()
      const made = find(agent)
      found.set(agent.full, made)
      return made
    },
  }
}

const mostRemembered = 1000

/** The catch-all comes behind every other glob. */
const prefixLength = ({ agent, agentText }: Script) =>
  agent.kind === 'glob' && agentText !== '*' ? agent.prefix.length : -1

export const emptyLibrary = buildLibrary([])
