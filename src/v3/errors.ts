import { STATUS_CODES } from 'node:http'
import type { RouterError } from '../contract/v3/errors.ts'
import { diagnosticsOf, messageOf } from '../http/errors.ts'
import type { NearMiss } from '../matching/near-miss.ts'
import type { Problem } from '../problem.ts'

export function problemBody(problem: Problem): string {
  const error = {
    message: messageOf(problem),
    type: typeOf(problem.status),
    param: paramOf(problem),
    code: codeOfProblem(problem),
  } satisfies RouterError['error']
  return JSON.stringify({ error, mock: diagnosticsOf(problem) })
}

export const plainError = (status: number): RouterError => ({
  error: {
    message: STATUS_CODES[status] ?? `HTTP ${status}`,
    type: typeOf(status),
    param: null,
    code: codeOf(status),
  },
})

/** The kinds are OpenAI's, whose shape the vendor has taken over. */
function typeOf(status: number): string {
  if (status === 401) return 'authentication_error'
  if (status === 429) return 'rate_limit_error'
  return status < 500 ? 'invalid_request_error' : 'server_error'
}

/** Of an error that comes with a status and nothing else. */
export function codeOf(status: number): string {
  if (status === 401) return 'invalid_api_key'
  if (status === 429) return 'rate_limit_exceeded'
  return status < 500 ? 'invalid_request' : 'server_error'
}

/** Codes that the vendor, or OpenAI, is known to send; of all others the name is ours. */
const codes: Partial<Record<Problem['code'], string | null>> = {
  unauthorized: 'invalid_api_key',
  bad_body: 'invalid_request_body',
  bad_json: 'invalid_request_body',
  bad_model: null,
  unknown_response: 'response_not_found',
  unknown_previous: 'previous_response_not_found',
  no_match: 'mock_no_match',
  calls_unanswered: null,
  calls_unknown: null,
  limit_reached: 'rate_limit_exceeded',
  internal: 'server_error',
}

function codeOfProblem(problem: Problem): string | null {
  const { code, status } = problem
  if (code === 'run_failed') return codeOf(status)
  if (code === 'no_match' && isAboutAgent(problem)) return 'agent_not_found'
  const known = codes[code]
  return known === undefined ? code : known
}

/** Whether no script is for this agent at all. */
function isAboutAgent({ extra }: Problem): boolean {
  const near = (extra['near_misses'] ?? []) as readonly NearMiss[]
  return near.every(({ criteria }) => criteria.some(({ criterion, holds }) => criterion === 'agent' && !holds))
}

/** What in a request is at fault. */
const params: Partial<Record<Problem['code'], string>> = {
  bad_model: 'model',
  unknown_previous: 'previous_response_id',
  calls_unanswered: 'input',
  calls_unknown: 'input',
}

function paramOf({ code, extra }: Problem): string | null {
  const [first] = (extra['problems'] ?? []) as readonly { place: string }[]
  return first === undefined || first.place === 'body' ? (params[code] ?? null) : first.place
}
