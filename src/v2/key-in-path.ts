import { pathOf } from '../http/path.ts'
import type { Refusal } from '../http/guard-routes.ts'
import { Problem } from '../problem.ts'

/** 404 for clients of old, which have the agent's key in the body. */
export function demandKeyInPath(basePath: string): Refusal {
  const agents = `${basePath}/v2/agents`
  return ({ method, url }) =>
    method === 'POST' && pathOf(url).replace(/\/$/, '') === `${agents}/responses`
      ? new Problem('unknown_route', `There is no POST ${agents}/responses.`, {
          hint: `Put the agent key in the path: POST ${agents}/<key>/responses.`,
        })
      : undefined
}
