/** Every error this server gives a client, with its HTTP status. The name is the `code` for programs. */
const statuses = {
  bad_url: 400,
  bad_request: 400,
  bad_json: 400,
  bad_body: 400,
  bad_model: 400,
  task_running: 400,
  task_errored: 400,
  calls_unanswered: 400,
  calls_unknown: 400,
  unauthorized: 401,
  forbidden: 403,
  unknown_route: 404,
  unknown_agent: 404,
  unknown_task: 404,
  unknown_response: 404,
  unknown_previous: 404,
  no_match: 404,
  wrong_method: 405,
  request_timeout: 408,
  nothing_waits: 409,
  clock_is_real: 409,
  body_too_large: 413,
  turn_too_long: 413,
  url_too_long: 414,
  wrong_content_type: 415,
  wrong_expectation: 417,
  bad_fixture: 422,
  not_verified: 422,
  limit_reached: 429,
  rate_limited: 429,
  headers_too_large: 431,
  internal: 500,
  run_failed: 500,
  shutting_down: 503,
  task_reset: 503,
} as const

type ProblemCode = keyof typeof statuses

interface Details {
  /** What the reader can do about it. */
  hint?: string
  /** In place of the status that belongs to the code. */
  status?: number
  headers?: Record<string, string>
  /** More for the `mock` key of the body. */
  extra?: Record<string, unknown>
}

/** An error with an answer: thrown where it is known, turned into a body in one place. */
export class Problem extends Error {
  readonly code: ProblemCode
  readonly status: number
  readonly hint: string | undefined
  readonly headers: Record<string, string>
  readonly extra: Record<string, unknown>

  constructor(code: ProblemCode, message: string, details: Details = {}) {
    super(message)
    this.name = 'Problem'
    this.code = code
    this.status = details.status ?? statuses[code]
    this.hint = details.hint
    this.headers = details.headers ?? {}
    this.extra = details.extra ?? {}
  }
}
