export const logLevels = ['silent', 'error', 'warn', 'info'] as const
export type LogLevel = (typeof logLevels)[number]

/** What the server tells whoever runs it. `message` is one short line; `fields` are for programs. */
export interface Log {
  error(message: string, fields?: object): void
  warn(message: string, fields?: object): void
  info(message: string, fields?: object): void
  /** Whether lines of this level are written at all. */
  tells(level: LogLevel): boolean
}

interface LogOptions {
  level: LogLevel
  /** Lines for people; JSON otherwise. */
  plain: boolean
  write(text: string): void
}

/** Lines are written together, once a turn of the event loop, so that a busy server does not write once a request. */
export function makeLog({ level, plain, write }: LogOptions): Log {
  let waiting = ''
  const flush = () => {
    write(waiting)
    waiting = ''
  }
  const tells = (of: LogLevel) => logLevels.indexOf(of) <= logLevels.indexOf(level)
  const logger = (of: LogLevel) => {
    if (!tells(of)) return () => {}
    return (message: string, fields?: object) => {
      if (waiting === '') setImmediate(flush)
      waiting += plain
        ? `${of === 'info' ? '' : `${of}: `}${message}\n`
        : `${JSON.stringify({ time: new Date().toISOString(), level: of, message, ...fields })}\n`
    }
  }
  return { error: logger('error'), warn: logger('warn'), info: logger('info'), tells }
}

export const silent: Log = makeLog({ level: 'silent', plain: true, write: () => {} })
