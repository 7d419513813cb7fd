import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Api } from '../criteria/ask.ts'
import type { Log } from '../log.ts'
import type { Problem } from '../problem.ts'
import { shownUrl } from '../shown-header.ts'
import type { Home } from '../workspace/home.ts'
import { isUnmatched, type Entry } from '../workspace/journal.ts'
import type { Totals } from '../workspace/totals.ts'
import type { Authenticate } from './auth.ts'
import { outcomeOf, tell } from './tell.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** What the journal will tell of this request. */
    entry: Entry
    /** Where it is written down. */
    home: Home
    /** Whether it counts among the open streams. */
    streaming: boolean
  }
}

/** The one hook before the emulated API and its bodies: finds whose a request is, and writes it down, matched or not. */
export function admit(
  app: FastifyInstance,
  authenticate: Authenticate,
  cors: Record<string, string>,
  totals: Totals,
  log: Log,
  api: Api,
): void {
  app.decorateRequest('workspace')
  app.decorateRequest('home')
  app.decorateRequest('entry')
  app.decorateRequest('streaming', false)
  app.decorateReply('split', undefined)
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(cors)
    const workspace = authenticate(request)
    request.workspace = workspace
    request.home = workspace
    workspace.enter()
    totals.requests += 1
    const { agent_key: agent, task_id: task } = request.params as { agent_key: string; task_id?: string }
    const { method, url, headers } = request
    request.entry = workspace.journal.open(workspace.clock(), { method, url: shownUrl(url), headers, api, agent, task })
    // Of the response itself: Fastify's onResponse knows nothing of clients that leave.
    reply.raw.once('close', () => {
      workspace.leave()
      if (request.streaming) totals.streams -= 1
      closeEntry(request, reply.raw, log)
    })
    if (reply.raw.socket === null) closeWithConnection(reply.raw, request.raw.socket)
    done()
  })
}

/** A request, so far as it is written down. */
type Written = Pick<FastifyRequest, 'entry' | 'home'>

/**
 * A response that waits behind others of its connection (pipelining) may hear nothing when that breaks: Node tells the
 * one whose turn it is, and may have passed the turn on just then.
 */
function closeWithConnection(response: ServerResponse, connection: Socket): void {
  let heard = false
  const close = () => {
    if (heard) return
    response.destroy()
    if (!heard) response.emit('close')
  }
  // After Node's own listeners.
  const soon = () => void setImmediate(close)
  // There is one for each that waits.
  connection.setMaxListeners(0)
  connection.once('close', soon)
  response.once('close', () => {
    heard = true
    connection.off('close', soon)
  })
}

/** The body as it came; the parser tells. */
export function noteBody(request: FastifyRequest, text: string): void {
  if (!hasEntry(request)) return
  request.entry.body = text
  request.home.journal.addBytes(request.entry, text.length)
}

/** A reply with its status, as long as it is on the wire. */
export function noteReply({ request, statusCode }: FastifyReply, body: Entry['reply'], length: number): void {
  if (!hasEntry(request) || lastWordsTo(request)) return
  request.entry.status = statusCode
  request.entry.reply = body
  request.home.journal.addBytes(request.entry, length)
}

/** What was said on connections that were given up before a request was there. */
const lastWords = new WeakMap<object, Pick<Entry, 'status' | 'reply'>>()

export const noteHangUp = (socket: object, words: Pick<Entry, 'status' | 'reply'>) => void lastWords.set(socket, words)

/** Undefined for a request that has come whole. */
const lastWordsTo = ({ raw }: Pick<FastifyRequest, 'raw'>) => (raw.complete ? undefined : lastWords.get(raw.socket))

/** Why a request is turned away. What played a script is not, and a miss has been counted where it was found. */
export function noteRefusal({ entry, home }: Written, { code, message, hint }: Problem, totals: Totals): void {
  home.journal.tell()
  if (entry.script || entry.nearMisses) return
  entry.refusal = { code, message, hint }
  home.journal.addBytes(entry, message.length)
  if (code === 'unknown_route') totals.unknownRoutes += 1
  if (code === 'unauthorized') totals.unauthorized += 1
  if (isUnmatched(entry)) totals.miss(outcomeOf(entry))
  else totals.refused += 1
}

/** Nothing is written down of requests to the control API. */
export const hasEntry = (request: FastifyRequest) => (request.entry as Entry | undefined) !== undefined

export function closeEntry({ entry, home }: Written, response: ServerResponse, log: Log): void {
  const left = !response.writableFinished
  const words = lastWordsTo({ raw: response.req })
  if (words) Object.assign(entry, words, { end: 'refused' })
  entry.status ??= response.statusCode
  entry.end ??= left ? 'client_left' : entry.status < 400 || entry.script ? 'completed' : 'refused'
  // A manual clock begins anew after a reset, and makes nothing end before it began.
  entry.tookMs = Math.max(0, home.clock().elapsed() - entry.sinceMs)
  if (log.tells('info')) tell(log, home.fingerprint, entry)
}
