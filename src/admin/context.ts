import { Type } from '@sinclair/typebox'
import type { FastifyRequest } from 'fastify'
import { ApiError } from '../contract/errors.ts'
import { tokenOf } from '../http/auth.ts'
import type { Library } from '../matching/library.ts'
import type { FixturesState } from '../loading/live-library.ts'
import type { Bell } from '../workspace/bell.ts'
import type { Home } from '../workspace/home.ts'
import type { Lost } from '../workspace/lost.ts'
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
  unmatched: 'error' | 'echo'
  /** Rings when a journal may tell something new. */
  bell: Bell
  /** Aborts when the server ends, with the Problem for who waits. */
  ending: AbortSignal
  /** Whether the clocks stand until they are moved. */
  manualClock: boolean
  /** Everything back to the start, in every workspace. */
  resetAll(): void
  /** The OpenAPI document of all routes. */
  openApi(): object
}

/** The workspaces a call is about: that of its bearer token, or all. A token that nobody has used has none. */
export function workspacesOf(request: FastifyRequest, { workspaces }: AdminContext): Workspace[] {
  return workspacesUnder(tokenOf(request), workspaces)
}

function workspacesUnder(token: string | undefined, workspaces: Workspaces): Workspace[] {
  if (token === undefined) return workspaces.all()
  const known = workspaces.known(token)
  return known ? [known] : []
}

/** The same for calls that prepare a workspace: here a new token gets one. */
export function workspacesFor(request: FastifyRequest, context: AdminContext): Workspace[] {
  const token = tokenOf(request)
  return token === undefined ? context.workspaces.all() : [context.workspaces.of(token)]
}

/** What a question is about: one key, or all. */
export interface Asked {
  workspaces: readonly Workspace[]
  /** Their journals. Requests without a workspace are nobody's: they are shown where all are. */
  homes: readonly Home[]
  /** Where scripts for it may come from. */
  libraries: readonly Library[]
  lost: Lost
  unmatched: AdminContext['unmatched']
}

export function askedOf(token: string | undefined, context: AdminContext): Asked {
  const { workspaces, outside, overlay, library, unmatched } = context
  const asked = workspacesUnder(token, workspaces)
  const own = asked.flatMap(workspace => workspace.libraries())
  return {
    workspaces: asked,
    homes: token === undefined ? [...asked, outside] : asked,
    libraries: [...new Set([...own, overlay.library, library()])],
    lost: workspaces.lost(token),
    unmatched,
  }
}

/** The answers of every call of the control API besides its own. */
export const refusals = { 401: ApiError, 403: ApiError, 405: ApiError, 429: ApiError, 500: ApiError }
export const bodyRefusals = { ...refusals, 400: ApiError, 413: ApiError, 415: ApiError }

export const Time = Type.String({ description: 'ISO 8601, by the clock of the workspace.' })
export const Fingerprint = Type.String({ description: 'Says which API key, without giving it away.' })
