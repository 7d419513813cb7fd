import { Type } from '@sinclair/typebox'
import type { FastifyRequest } from 'fastify'
import { ApiError } from '../contract/errors.ts'
import { tokenOf } from '../routes/auth.ts'
import type { Library } from '../script/library.ts'
import type { FixturesState } from '../script/live-library.ts'
import type { Home } from '../workspace/home.ts'
import type { Totals } from '../workspace/totals.ts'
import type { Workspace } from '../workspace/workspace.ts'
import type { Workspaces } from '../workspace/workspaces.ts'

/** What the control API has its hands on. */
export interface AdminContext {
  workspaces: Workspaces
  /** Where requests without a workspace are written down. */
  outside: Home
  totals: Totals
  /** The scripts of the fixtures folder. */
  library(): Library
  /** How they were read. */
  fixtures(): FixturesState
  /** Scripts for all workspaces, over those of the folder. */
  overlay: { library: Library }
  /** Whether the clocks stand until they are moved. */
  manualClock: boolean
  /** Everything back to the start, in every workspace. */
  resetAll(): void
  /** The OpenAPI document of all routes. */
  openApi(): object
}

/** The workspaces a call is about: that of its bearer token, or all. A token that nobody has used has none. */
export function workspacesOf(request: FastifyRequest, { workspaces }: AdminContext): Workspace[] {
  const token = tokenOf(request)
  if (token === undefined) return workspaces.all()
  const known = workspaces.known(token)
  return known ? [known] : []
}

/** The journals that a call is about. Requests without a workspace are nobody's: they are shown where all are. */
export function homesOf(request: FastifyRequest, context: AdminContext): Home[] {
  const workspaces = workspacesOf(request, context)
  return tokenOf(request) === undefined ? [...workspaces, context.outside] : workspaces
}

/** The same for calls that prepare a workspace: here a new token gets one. */
export function workspacesFor(request: FastifyRequest, context: AdminContext): Workspace[] {
  const token = tokenOf(request)
  return token === undefined ? context.workspaces.all() : [context.workspaces.of(token)]
}

/** The answers of every call of the control API besides its own. */
export const refusals = { 401: ApiError, 403: ApiError, 405: ApiError, 429: ApiError, 500: ApiError }
export const bodyRefusals = { ...refusals, 400: ApiError, 413: ApiError, 415: ApiError }

export const Time = Type.String({ description: 'ISO 8601, by the clock of the workspace.' })
export const Fingerprint = Type.String({ description: 'Says which API key, without giving it away.' })
