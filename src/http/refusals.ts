import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Log } from '../log.ts'
import { Problem } from '../problem.ts'
import type { Home } from '../workspace/home.ts'
import type { Totals } from '../workspace/totals.ts'
import type { Authenticate } from './auth.ts'
import { isBrowsing, isControl, pathOf } from './path.ts'
import { closeEntry, hasEntry, noteRefusal } from './record.ts'

/** What comes before the answer to a refused request: pages may read it, and it is written down, wherever it failed. */
export interface Refusals {
  note(request: FastifyRequest, reply: FastifyReply, problem: Problem): void
  /** For a request that Fastify does not get to see. */
  noteUnseen(request: IncomingMessage, response: ServerResponse, problem: Problem): void
  /** For bytes that are no request. */
  noteUnreadable(problem: Problem): void
}

interface RefusalSettings {
  authenticate: Authenticate
  /** For those without a workspace. */
  outside: Home
  cors: Record<string, string>
  totals: Totals
  log: Log
  basePath: string
}

interface Seen {
  request: Pick<IncomingMessage, 'headers' | 'method' | 'url'>
  agent: string | undefined
  task: string | undefined
}

export function makeRefusals({ authenticate, outside, cors, totals, log, basePath }: RefusalSettings): Refusals {
  const open = ({ request, agent, task }: Seen, response: ServerResponse) => {
    const home = homeOf(request, authenticate, outside)
    const { method = 'GET', url, headers } = request
    totals.requests += 1
    const entry = home.journal.open(home.clock(), { method, url: pathOf(url), headers, api: undefined, agent, task })
    const written = { home, entry }
    response.on('close', () => closeEntry(written, response, log))
    return written
  }

  return {
    note(request, reply, problem) {
      if (!hasEntry(request)) {
        if (isControl(basePath, request.routeOptions.url, request.url)) return
        reply.headers(cors)
        if (problem.code === 'shutting_down' || isBrowsing(basePath, request)) return
        // What Fastify refuses by itself has no parameters.
        const { agent_key: agent, task_id: task } = (request.params ?? {}) as { agent_key?: string; task_id?: string }
        Object.assign(request, open({ request, agent: agent || undefined, task }, reply.raw))
      }
      noteRefusal(request, problem, totals)
    },
    noteUnseen(request, response, problem) {
      if (isControl(basePath, undefined, request.url)) return
      for (const [name, value] of Object.entries(cors)) response.setHeader(name, value)
      noteRefusal(open({ request, agent: undefined, task: undefined }, response), problem, totals)
    },
    noteUnreadable({ status, message }) {
      totals.refused += 1
      log.info(`unreadable request → refused: ${message.replace(/\.$/, '')}, ${status}`, { status, end: 'refused' })
    },
  }
}

/** The workspace of the request's key, if it may have one. */
function homeOf(request: Seen['request'], authenticate: Authenticate, outside: Home): Home {
  try {
    return authenticate(request)
  } catch (error) {
    if (error instanceof Problem) return outside
    throw error
  }
}
