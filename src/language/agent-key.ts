/** An agent as a request names it: `support`, or `support@4.0.0`. */
export interface AgentKey {
  /** As it was sent. */
  full: string
  /** Without the version: what tasks belong to. */
  key: string
  versioned: boolean
}

export function parseAgentKey(full: string): AgentKey {
  const at = full.indexOf('@')
  return at <= 0 ? { full, key: full, versioned: false } : { full, key: full.slice(0, at), versioned: true }
}

export type AgentPattern =
  | { kind: 'version'; full: string }
  | { kind: 'key'; key: string }
  | { kind: 'glob'; prefix: string; fits(agent: AgentKey): boolean }

/** Reads the `agent` of a fixture file. */
export function parseAgentPattern(text: string): AgentPattern {
  if (text.includes('*')) return glob(text)
  return text.indexOf('@') > 0 ? { kind: 'version', full: text } : { kind: 'key', key: text }
}

function glob(text: string): AgentPattern {
  const parts = text.split('*')
  const withVersion = text.includes('@')
  const [prefix = ''] = parts
  return { kind: 'glob', prefix, fits: agent => fitsParts(parts, withVersion ? agent.full : agent.key) }
}

/** In linear time: each literal is taken at its first place after the one before, the last at the end. */
function fitsParts(parts: readonly string[], name: string): boolean {
  const [first = '', ...rest] = parts
  const last = rest.pop() ?? ''
  if (!name.startsWith(first)) return false
  let from = first.length
  for (const part of rest) {
    const found = name.indexOf(part, from)
    if (found < 0) return false
    from = found + part.length
  }
  return name.length - last.length >= from && name.endsWith(last)
}
