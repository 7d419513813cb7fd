import { durationMs } from '../language/duration.ts'
import type { Fault, Path } from '../language/fault.ts'
import type { Manner, Pace } from '../language/shape.ts'
import { stepLists } from '../language/step-lists.ts'
import type { StepShape } from '../language/step-shape.ts'
import type { ScriptParts } from './lint.ts'

/** A key, and what is wrong with it. */
type Finding = readonly [key: string | readonly (string | number)[], message: string]

/** Keys of a script, or of an entry of its attempts, that can never act. */
export function lintSettings(script: ScriptParts, path: Path): Fault[] {
  const findings = opensNoTask(script)
    ? ofTurns.filter(key => isGiven(script[key])).map((key): Finding => [key, noTurn])
    : [...idleHold(script), ...idleTrail(script), ...idleReplyFault(script), ...idlePace(script)]
  return [...findings, ...idleAttempts(script), ...idleSplit(script), ...idleEntries(script)].map(([key, message]) => ({
    path: [...path, ...[key].flat()],
    atKey: true,
    message,
  }))
}

const noTurn = 'can never act: an HTTP answer opens no task, and nothing is played'

/** What only means something for a turn that is played. */
const ofTurns = ['model', 'pace', 'hold', 'polls', 'trail', 'usage', 'reply_fault'] as const

const isGiven = (value: unknown): boolean => value !== undefined && value !== false

const opensNoTask = ({ steps, http, attempts }: ScriptParts): boolean =>
  !steps && (http !== undefined || (attempts?.every(attempt => 'http' in attempt) ?? false))

function idleHold({ when, hold, polls }: ScriptParts): Finding[] {
  const message = 'can never act: it is for background tasks, and `when` lets none in'
  const shut = when?.background === false
  return [
    ...(hold !== undefined && (shut || when?.stream === true) ? [['hold', message] as const] : []),
    ...(polls !== undefined && shut ? [['polls', message] as const] : []),
  ]
}

function idleTrail(script: ScriptParts): Finding[] {
  const lists = stepLists(script, [])
  if (!script.trail || lists.length === 0 || lists.some(({ steps }) => steps.some(usesTool))) return []
  return [['trail', 'can never act: it tells of `tool` steps, and the script has none']]
}

const usesTool = (step: StepShape): boolean => 'tool' in step || 'together' in step

const idleReplyFault = ({ when, reply_fault: fault }: ScriptParts): Finding[] =>
  fault !== undefined && when?.stream === true
    ? [['reply_fault', 'can never act: streams have `cut`, and `when` lets nothing else in']]
    : []

const idleSplit = ({ when, split }: ScriptParts): Finding[] =>
  split !== undefined && when?.stream === false
    ? [['split', 'is for streams, and `when` lets none in: leave out `stream`, and JSON replies are split too']]
    : []

function idlePace({ pace }: Pick<Manner, 'pace'>): Finding[] {
  if (typeof pace !== 'object') return []
  return [...idleJitter(pace), ...badTail(pace)]
}

function idleJitter({ headers, first, each, jitter }: Exclude<Pace, string>): Finding[] {
  if (jitter === undefined || jitter === 0 || first !== undefined || typeof each === 'string') return []
  const why =
    headers === undefined && each === undefined ? 'there is no pause to stray' : 'it strays `first` and `each`'
  return [[['pace', 'jitter'], `can never act: ${why}`]]
}

function badTail({ each }: Exclude<Pace, string>): Finding[] {
  if (typeof each !== 'object') return []
  const [p50, p99] = [durationMs(each.p50), durationMs(each.p99)]
  if (p50 <= 0) return [[['pace', 'each', 'p50'], 'must be longer than 0']]
  return p99 < p50 ? [[['pace', 'each', 'p99'], 'must not be shorter than p50']] : []
}

/** What says how to go through several entries. */
function idleAttempts({ attempts, attempts_by: by, attempts_order: order, after }: ScriptParts): Finding[] {
  const message = 'can never act: there is only one way in which this script plays'
  if ((attempts?.length ?? 1) < 2)
    return (['attempts_by', 'attempts_order'] as const)
      .filter(key => ({ attempts_by: by, attempts_order: order })[key] !== undefined)
      .map((key): Finding => [key, message])
  if (by === 'task' && after === undefined && 'http' in attempts![0]! && order !== 'random')
    return [['attempts_by', 'never gets past the first entry: an HTTP answer opens no task to count by']]
  return []
}

function idleEntries(script: ScriptParts): Finding[] {
  return (script.attempts ?? []).flatMap((entry, index) => {
    const at = (findings: Finding[]) =>
      findings.map(([key, message]): Finding => [['attempts', index, ...[key].flat()], message])
    const weight: Finding[] =
      entry.weight !== undefined && script.attempts_order !== 'random'
        ? [['weight', 'can never act: entries are drawn with `attempts_order: random` only']]
        : []
    if ('http' in entry) return at(weight)
    const { when } = script
    const own = { ...entry, ...(when ? { when } : {}) } as ScriptParts
    return at([...weight, ...idleHold(own), ...idleTrail(own), ...idleReplyFault(own), ...idlePace(own)])
  })
}
