import type { FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from '../problem.ts'
import type { Outcome } from '../run/events.ts'
import { watchRun, type Run } from '../run/run.ts'
import type { Mode } from '../criteria/ask.ts'
import type { Failure } from '../task/task.ts'
import type { Totals } from '../workspace/totals.ts'
import { breakReply } from './break-reply.ts'
import { sendProblem } from './errors.ts'
import { sendJson } from './send.ts'
import { streamRun } from './stream.ts'
import type { Wire } from './wire.ts'

export interface DeliverySettings {
  keepAliveMs: number
  maxStreams: number
  totals: Totals
  /** Hears of what went wrong while a stream was told. */
  tellFault: (error: unknown) => void
  /** Made once for all streams: to make them anew costs a tenth of a short stream. */
  streamHeaders: Record<string, string>
}

/** Sync, background and stream differ only in how they watch the run. */
export function deliver(
  run: Run,
  mode: Mode,
  request: FastifyRequest,
  reply: FastifyReply,
  settings: DeliverySettings,
  wire: Wire,
): void {
  switch (mode) {
    case 'stream':
      return stream(run, request, reply, settings, wire)
    case 'background':
      if (loseReply(run, request, reply, wire)) return
      return sendJson(reply, 200, wire.turnBody)
    case 'sync':
      return whenEnded(run, reply, outcome => {
        if (!loseReply(run, request, reply, wire)) sendOutcome(run, outcome, reply, wire)
      })
  }
}

/** Whether the script wants the reply lost, though its task is there. */
function loseReply({ manner, outcome }: Run, { entry }: FastifyRequest, reply: FastifyReply, wire: Wire): boolean {
  if (manner.replyFault === undefined || outcome?.type === 'aborted') return false
  entry.end = 'cut'
  breakReply(reply, manner.replyFault, wire)
  return true
}

/** Throws a Problem where no more streams may be open. Comes before anything has moved. */
export function demandPlace(mode: Mode, { maxStreams, totals }: DeliverySettings): void {
  if (mode !== 'stream' || totals.streams < maxStreams) return
  throw new Problem('limit_reached', `${maxStreams} streams are open already.`, {
    hint: 'Wait for one to end, or start the mock with a higher --max-streams.',
    headers: { 'retry-after': '1' },
  })
}

function stream(
  run: Run,
  request: FastifyRequest,
  reply: FastifyReply,
  { keepAliveMs, totals, streamHeaders, tellFault }: DeliverySettings,
  wire: Wire,
): void {
  const { entry, workspace } = request
  reply.hijack()
  // A stream that stalls is told no more, and is open all the same: it counts until its connection closes.
  request.streaming = !reply.raw.closed
  if (request.streaming) totals.streams += 1
  entry.status = 200
  streamRun(run, reply.raw, {
    headers: streamHeaders,
    teller: wire.teller(run),
    split: reply.split,
    keepAliveMs,
    onFault: tellFault,
    onEnd(end, { events, chunks, characters }) {
      entry.end = end
      entry.eventsSent = events
      entry.chunksSent = chunks
      workspace.journal.addBytes(entry, characters)
    },
  })
}

/** At once for a run that has ended; else when it does, if the client is still there then. */
function whenEnded(run: Run, reply: FastifyReply, then: (outcome: Outcome) => void): void {
  if (run.outcome) return then(run.outcome)
  const unwatch = watchRun(run, () => {
    if (!run.outcome) return
    unwatch()
    reply.raw.off('close', unwatch)
    try {
      then(run.outcome)
    } catch (error) {
      // Whoever moves the run has no part in this.
      reply.send(error)
    }
  })
  reply.raw.once('close', unwatch)
}

function sendOutcome(run: Run, outcome: Outcome, reply: FastifyReply, wire: Wire): void {
  switch (outcome.type) {
    case 'done':
      return sendJson(reply, 200, wire.turnBody)
    case 'failed':
      return sendProblem(reply, runFailed(outcome.failure, wire.namesOf(run)), wire)
    case 'aborted':
      return sendProblem(reply, runAborted(wire.namesOf(run)), wire)
  }
}

/** The status is what the script says. */
const runFailed = ({ error, code }: Failure, names: Record<string, string>) =>
  new Problem('run_failed', error, { status: code, extra: names })

const runAborted = (names: Record<string, string>) =>
  new Problem('task_reset', 'The mock has ended this task.', {
    hint: 'It was reset, or the mock is shutting down.',
    extra: names,
  })
