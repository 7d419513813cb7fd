import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { Problem } from '../problem.ts'
import { shownHeader } from '../shown-header.ts'
import { pathOf } from './path.ts'
import { noteHangUp } from './record.ts'
import type { Refusals } from './refusals.ts'
import type { Refusal } from './guard-routes.ts'
import { jsonType, sendJson } from './send.ts'
import type { Wire, WireOf } from './wire.ts'

/** Their words are the API's own, or say all by themselves. */
const complete: ReadonlySet<Problem['code']> = new Set([
  'unauthorized',
  'task_running',
  'calls_unanswered',
  'bad_body',
  'bad_model',
])

/** What a client's error will show: of all that is sent, an SDK shows only this. */
export function messageOf({ code, message, hint }: Problem): string {
  return hint === undefined || complete.has(code) ? message : `${message} ${hint}`
}

/** What the mock has to say beyond the emulated API. */
export const diagnosticsOf = ({ code, hint, extra }: Problem): object => ({
  code,
  ...(hint === undefined ? {} : { hint }),
  ...extra,
})

export function sendProblem(reply: FastifyReply, problem: Problem, wire: Wire): void {
  reply.headers(problem.headers)
  sendJson(reply, problem.status, wire.problemBody(problem))
}

/** Gives every error of the framework the API's shape, and of every handler too. */
export function answerErrors(app: FastifyInstance, refusals: Refusals, wireOf: WireOf): void {
  app.setErrorHandler(answerError(refusals, wireOf))
}

/** Also for what the framework refuses before a route is found. */
export function answerError(refusals: Refusals, wireOf: WireOf) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    const problem = problemOf(error, request)
    const answer = () => {
      refusals.note(request, reply, problem)
      // A path may be written in many ways; that of a route in one.
      sendProblem(reply, problem, wireOf(request.routeOptions.url ?? pathOf(request.raw.url)))
    }
    if (problem.code === 'body_too_large') readToTheEnd(request, answer)
    else answer()
  }
}

/**
 * A client that is answered and hung up on while it still sends sees a broken connection, and often no reply. So the
 * whole body is read, into nothing, for no longer than any request may take.
 */
function readToTheEnd({ raw }: FastifyRequest, then: () => void): void {
  raw.once('end', then).resume()
}

function problemOf(error: unknown, request: FastifyRequest): Problem {
  if (error instanceof Problem) return error
  const { code = '', statusCode = 500, message } = error as { code?: string; statusCode?: number; message: string }
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new Problem('body_too_large', `The body is larger than ${request.routeOptions.bodyLimit} bytes.`, {
        hint: 'Start the mock with a higher --max-body.',
      })
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new Problem(
        'wrong_content_type',
        `Content-Type must be application/json, found ${JSON.stringify(shownHeader('content-type', request.headers['content-type']) ?? 'none')}.`,
      )
    case 'FST_ERR_BAD_URL':
      return new Problem('bad_url', `The path ${JSON.stringify(pathOf(request.raw.url))} cannot be decoded.`)
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new Problem('url_too_long', 'A part of the path is too long.')
    default:
      if (statusCode >= 400 && statusCode < 500) return new Problem('bad_request', message, { status: statusCode })
      return new Problem('internal', `The mock failed at this request: ${message}`, {
        hint: 'This is a fault of orq-agents-mock: please report it.',
      })
  }
}

/** What Node would refuse by itself, in a shape of its own, or nobody would. */
export const refuseUnreadable: Refusal = ({ headers, raw }) => {
  if (headers.host === undefined && raw.httpVersion === '1.1')
    return new Problem('bad_request', 'HTTP/1.1 wants a Host header.', { headers: { connection: 'close' } })
  const encoding = headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity')
    return new Problem(
      'wrong_content_type',
      `Content-Encoding ${JSON.stringify(shownHeader('content-encoding', encoding))} is not understood here.`,
    )
  if (isOtherCharset(headers['content-type']))
    return new Problem('wrong_content_type', 'JSON is UTF-8; another charset is not understood here.')
  return undefined
}

function isOtherCharset(contentType = ''): boolean {
  if (!contentType.includes(';')) return false
  const [, charset = 'utf-8'] = /;\s*charset="?([^";]+)/i.exec(contentType) ?? []
  return !/^utf-?8$/i.test(charset.trim())
}

/** `Expect` with anything but `100-continue`, which Node would answer without a body. */
export function answerExpectation(refusals: Refusals, wireOf: WireOf) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const problem = new Problem('wrong_expectation', 'Only "Expect: 100-continue" can be met.')
    refusals.noteUnseen(request, response, problem)
    response
      .writeHead(problem.status, { 'content-type': jsonType, connection: 'close' })
      .end(wireOf(pathOf(request.url)).problemBody(problem))
  }
}

/** Answers what is not HTTP enough to become a request. */
/** In the words of the first API: for which one it was meant, nobody knows. */
export function answerClientError(refusals: Refusals, wireOf: WireOf) {
  return (error: Error & { code?: string }, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
    const problem = clientProblem(error.code)
    // Browsers open connections that they may never use.
    if (socket.bytesRead > 0) refusals.noteUnreadable(problem)
    const body = wireOf('/').problemBody(problem)
    noteHangUp(socket, { status: problem.status, reply: body })
    const head = `HTTP/1.1 ${problem.status} Error\r\ncontent-type: ${jsonType}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n`
    socket.end(head + body)
  }
}

function clientProblem(code: string | undefined): Problem {
  if (code === 'HPE_HEADER_OVERFLOW') return new Problem('headers_too_large', 'The headers are too large.')
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new Problem('request_timeout', 'The request did not come to its end in time.')
  return new Problem('bad_request', 'This is not an HTTP request that can be read.')
}
