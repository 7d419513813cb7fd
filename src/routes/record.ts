import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Log } from '../log.ts'
import type { Entry } from '../workspace/journal.ts'
import type { Totals } from '../workspace/totals.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** What the journal will tell of this request. */
    entry: Entry
  }
}

/** Writes every request of a known workspace down, matched or not. Comes after authentication. */
export function keepJournal(app: FastifyInstance, totals: Totals, log: Log): void {
  app.decorateRequest('entry')
  app.addHook('onRequest', (request, reply, done) => {
    if (request.routeOptions.config.preflight) return done()
    const { workspace } = request
    totals.requests += 1
    const entry = workspace.journal.open(workspace.clock().now(), request.method, request.url)
    const { agent_key: agent, task_id: task } = request.params as { agent_key: string; task_id?: string }
    entry.agent = agent
    entry.task = task
    request.entry = entry
    // Of the response itself: Fastify's onResponse knows nothing of clients that leave.
    reply.raw.once('close', () => close(request, reply, log))
    done()
  })
  app.addHook('onSend', (request, reply, payload, done) => {
    if (typeof payload === 'string') noteReply(request, reply, payload)
    done()
  })
}

/** The body as it came; the parser tells. */
export function noteBody(request: FastifyRequest, text: string): void {
  if (!hasEntry(request)) return
  request.entry.body = text
  request.workspace.journal.weigh(request.entry, text.length)
}

function noteReply(request: FastifyRequest, reply: FastifyReply, text: string): void {
  if (!hasEntry(request)) return
  request.entry.status = reply.statusCode
  request.entry.reply = text
  request.workspace.journal.weigh(request.entry, text.length)
}

/** Nothing is written down of requests without a workspace. */
const hasEntry = (request: FastifyRequest) => (request.entry as Entry | undefined) !== undefined

function close(request: FastifyRequest, reply: FastifyReply, log: Log): void {
  if (hasEntry(request)) {
    const { entry } = request
    const left = !reply.raw.writableFinished
    entry.status ??= reply.statusCode
    entry.end ??= left ? 'client_left' : entry.status < 400 || entry.script ? 'completed' : 'refused'
    entry.tookMs = reply.elapsedTime
  }
  if (log.tells('info')) tell(request, reply, log)
}

function tell(request: FastifyRequest, reply: FastifyReply, log: Log): void {
  const { agent, task, script, mode = 'poll', end } = hasEntry(request) ? request.entry : {}
  const status = reply.statusCode
  const ms = Math.round(reply.elapsedTime)
  const what =
    agent === undefined
      ? `${request.method} ${request.url}`
      : `${plain(agent)} → ${script?.name ?? (mode === 'poll' ? 'poll' : 'no script')}`
  const fields = {
    workspace: hasEntry(request) ? request.workspace.fingerprint : undefined,
    agent,
    task,
    script: script?.name,
    mode,
    status,
    ms,
    end,
  }
  log.info(`${what}, ${mode}, ${status}, ${ms} ms${end === 'completed' || end === undefined ? '' : `, ${end}`}`, fields)
}

/** What a client names must not write lines of its own. */
const plain = (text: string) => text.replace(/\p{Cc}/gu, '?')
