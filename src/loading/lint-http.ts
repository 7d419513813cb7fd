import type { Fault, Path } from '../language/fault.ts'
import type { ScriptParts } from './lint.ts'
import { bodilessStatuses, type HttpAnswer } from '../language/step-shape.ts'

type StatusAnswer = Extract<HttpAnswer, { status: number }>

/** What cannot be sent as an HTTP answer says it. */
export function lintHttp(script: ScriptParts, path: Path): Fault[] {
  return answersOf(script, path).flatMap(({ answer, path }) =>
    'status' in answer ? [...lintHeaders(answer, [...path, 'headers']), ...lintBody(answer, path)] : [],
  )
}

/** Every HTTP answer of a script, with its place. */
export function answersOf({ http, attempts = [], polls = [] }: ScriptParts, path: Path) {
  return [
    ...(http ? [{ answer: http, path: [...path, 'http'] }] : []),
    ...attempts.flatMap((attempt, index) =>
      'http' in attempt ? [{ answer: attempt.http, path: [...path, 'attempts', index, 'http'] }] : [],
    ),
    ...polls.map((answer, index) => ({ answer, path: [...path, 'polls', index] })),
  ]
}

/** Headers that say how a body travels and what becomes of the connection, and what a fixture says instead. */
const ofTheWire: Record<string, string> = {
  connection: 'only `close` can be asked for',
  'content-length': 'for a reply that breaks off, see `fault`',
  'keep-alive': 'leave it out',
  'proxy-connection': 'leave it out',
  te: 'leave it out',
  trailer: 'leave it out',
  'transfer-encoding': 'for a reply that breaks off, see `fault`',
  upgrade: 'leave it out',
}

function lintHeaders({ headers = {} }: StatusAnswer, path: Path): Fault[] {
  const seen = new Map<string, string>()
  return Object.entries(headers).flatMap(([name, value]): Fault[] => {
    const plain = name.toLowerCase()
    const before = seen.get(plain)
    seen.set(plain, name)
    const at = { path: [...path, name], atKey: true }
    if (before !== undefined)
      return [{ ...at, message: `is the same header as "${before}": names of headers have no letter case` }]
    if (!Object.hasOwn(ofTheWire, plain) || (plain === 'connection' && value.toLowerCase() === 'close')) return []
    return [{ ...at, message: `"${name}" is decided by HTTP itself: ${ofTheWire[plain]}` }]
  })
}

function lintBody({ status, body }: StatusAnswer, path: Path): Fault[] {
  if (body === undefined || !bodilessStatuses.includes(status)) return []
  return [
    { path: [...path, 'body'], atKey: true, message: `can never be sent: a reply with status ${status} has no body` },
  ]
}
