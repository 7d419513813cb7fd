import { STATUS_CODES } from 'node:http'
import type { ApiError, TaskNotFound } from '../contract/errors.ts'
import type { Problem } from '../problem.ts'
import { diagnosticsOf, messageOf } from '../http/errors.ts'

export function problemBody(problem: Problem): string {
  const error = { ...errorOf(problem.status, messageOf(problem)), mock: diagnosticsOf(problem) }
  return JSON.stringify(error)
}

/** This 404 has a shape of its own: its code is a string. */
export function notFoundBody(problem: Problem): string {
  return JSON.stringify({ ...notFound(messageOf(problem)), mock: diagnosticsOf(problem) })
}

export function plainError(status: number, request: 'create' | 'poll'): ApiError | TaskNotFound {
  const message = STATUS_CODES[status] ?? `HTTP ${status}`
  return request === 'poll' && status === 404 ? notFound(message) : errorOf(status, message)
}

const errorOf = (status: number, message: string): ApiError => ({
  code: status,
  error: message,
  message,
  source: 'system',
})
const notFound = (message: string): TaskNotFound => ({ code: '404', message })
