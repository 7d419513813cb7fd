import type { Log } from '../log.ts'
import { summarize } from '../matching/near-miss.ts'
import { isUnmatched, type Entry } from '../workspace/journal.ts'

/** One line of the log for a request that has ended. */
export function tell(log: Log, workspace: string | undefined, entry: Entry): void {
  const { agent, task, script, mode, status, tookMs: ms, end, refusal } = entry
  const ending = end === 'completed' || end === 'refused' ? undefined : end
  const words = [mode, status, `${ms} ms`, ending].filter(word => word !== undefined)
  log.info(`${outcomeOf(entry)}, ${words.join(', ')}`, {
    workspace,
    agent,
    task,
    script: script?.name,
    mode: isPoll(entry) ? 'poll' : mode,
    status,
    ms,
    end,
    code: refusal?.code,
    unmatched: isUnmatched(entry) || undefined,
  })
}

const longestSubject = 120
const longestReason = 400

/** `support → greet`: who was asked, and what came of it. */
export function outcomeOf(entry: Entry): string {
  const { agent, method, url } = entry
  const subject = agent === undefined || entry.refusal?.code === 'unknown_route' ? `${method} ${url}` : agent
  return `${plain(subject, longestSubject)} → ${plain(what(entry), longestReason)}`
}

function what(entry: Entry): string {
  const { script, nearMisses, refusal } = entry
  if (script) return script.name
  if (nearMisses) return `no script: ${summarize(nearMisses)}`
  if (refusal) return refused(refusal)
  return isPoll(entry) ? 'poll' : 'no answer'
}

function refused({ code, message, hint }: NonNullable<Entry['refusal']>): string {
  if (code === 'unknown_route') return 'unknown route'
  return code === 'unauthorized' && hint !== undefined ? `refused: ${message}: ${hint}` : `refused: ${message}`
}

const isPoll = ({ method }: Entry) => method === 'GET' || method === 'HEAD'

/** What a client names must not write lines of its own, nor long ones. */
function plain(text: string, longest: number): string {
  const cut = text.length > longest ? `${text.slice(0, longest)}…` : text.replace(/\.$/, '')
  return cut.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, '?')
}
