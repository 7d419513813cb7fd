import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Log } from '../log.ts'
import type { Entry } from '../workspace/journal.ts'
import type { Workspace } from '../workspace/workspace.ts'
import type { Totals } from '../workspace/totals.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** What the journal will tell of this request. */
    entry: Entry
    /** Whether it counts among the open streams. */
    streaming: boolean
  }
}

/** The one hook before the emulated API and its bodies: finds whose a request is, and writes it down, matched or not. */
export function admit(
  app: FastifyInstance,
  authenticate: (request: FastifyRequest) => Workspace,
  totals: Totals,
  log: Log,
): void {
  app.decorateRequest('workspace')
  app.decorateRequest('entry')
  app.decorateRequest('streaming', false)
  app.addHook('onRequest', (request, reply, done) => {
    const workspace = authenticate(request)
    request.workspace = workspace
    totals.requests += 1
    const { agent_key: agent, task_id: task } = request.params as { agent_key: string; task_id?: string }
    const { method, url } = request
    request.entry = workspace.journal.open({ atMs: workspace.clock().now(), method, url, agent, task })
    // Of the response itself: Fastify's onResponse knows nothing of clients that leave.
    reply.raw.on('close', () => {
      if (request.streaming) totals.streams -= 1
      close(request, reply, log)
    })
    done()
  })
}

/** The body as it came; the parser tells. */
export function noteBody(request: FastifyRequest, text: string): void {
  if (!hasEntry(request)) return
  request.entry.body = text
  request.workspace.journal.weigh(request.entry, text.length)
}

/** A reply with its status, as long as it is on the wire. */
export function noteReply({ request, statusCode }: FastifyReply, body: Entry['reply'], length: number): void {
  if (!hasEntry(request) || lastWordsTo(request)) return
  request.entry.status = statusCode
  request.entry.reply = body
  request.workspace.journal.weigh(request.entry, length)
}

/** What was said on connections that were given up before a request was there. */
const lastWords = new WeakMap<object, Pick<Entry, 'status' | 'reply'>>()

export const noteHangUp = (socket: object, words: Pick<Entry, 'status' | 'reply'>) => void lastWords.set(socket, words)

/** Undefined for a request that has come whole. */
const lastWordsTo = ({ raw }: FastifyRequest) => (raw.complete ? undefined : lastWords.get(raw.socket))

/** Nothing is written down of requests without a workspace. */
const hasEntry = (request: FastifyRequest) => (request.entry as Entry | undefined) !== undefined

function close(request: FastifyRequest, reply: FastifyReply, log: Log): void {
  const { entry, workspace } = request
  const left = !reply.raw.writableFinished
  const words = lastWordsTo(request)
  if (words) Object.assign(entry, words, { end: 'refused' })
  entry.status ??= reply.statusCode
  entry.end ??= left ? 'client_left' : entry.status < 400 || entry.script ? 'completed' : 'refused'
  // A clock that is set back, or begins anew after a reset, makes nothing end before it began.
  entry.tookMs = Math.max(0, workspace.clock().now() - entry.atMs)
  if (log.tells('info')) tell(log, workspace.fingerprint, entry)
}

function tell(log: Log, workspace: string, entry: Entry): void {
  const { method, agent, task, script, mode, status, tookMs: ms, end } = entry
  const poll = method === 'GET'
  const words = [mode, status, `${ms} ms`, end === 'completed' ? undefined : end].filter(word => word !== undefined)
  log.info(`${plain(agent)} → ${script?.name ?? (poll ? 'poll' : 'no script')}, ${words.join(', ')}`, {
    workspace,
    agent,
    task,
    script: script?.name,
    mode: poll ? 'poll' : mode,
    status,
    ms,
    end,
  })
}

/** What a client names must not write lines of its own. */
const plain = (text: string) => text.replace(/\p{Cc}/gu, '?')
