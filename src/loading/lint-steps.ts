import type { Fault, Path } from '../language/fault.ts'
import { isBase64, type StepShape } from '../language/step-shape.ts'

/** How a list of steps may come out. */
type Way = 'goes on' | 'ends' | 'fails'

export function waysOf(steps: readonly StepShape[]): Set<Way> {
  const ways = new Set<Way>()
  for (const step of steps) {
    const found = wayOf(step)
    for (const way of found) if (way !== 'goes on') ways.add(way)
    if (!found.has('goes on')) return ways
  }
  return ways.add('goes on')
}

function wayOf(step: StepShape): Set<Way> {
  if ('fail' in step) return new Set(['fails'])
  if ('call' in step || 'finish' in step) return new Set(['ends'])
  if (!('review' in step)) return new Set(['goes on'])
  const { outcome = 'approved', approved = [], rejected = [] } = step
  const whenApproved = outcome === 'rejected' ? [] : waysOf(approved)
  // After a rejection the turn ends.
  const whenRejected =
    outcome === 'approved' ? [] : Array.from(waysOf(rejected), way => (way === 'fails' ? way : 'ends'))
  return new Set([...whenApproved, ...whenRejected])
}

/** What is wrong with a list of steps beyond its shape. */
export function lintSteps(steps: readonly StepShape[], path: Path): Fault[] {
  const end = steps.findIndex(
    (step, index) => endsTurn(step) && !('call' in step && 'call' in (steps[index + 1] ?? {})),
  )
  const late: Fault[] =
    end >= 0 && end < steps.length - 1
      ? [
          {
            path: [...path, end + 1],
            message: `comes after the turn has ended: "${nameOf(steps[end]!)}" is the last step there can be`,
          },
        ]
      : []
  const each = steps.flatMap((step, index) => [
    ...lintTool(step, [...path, index]),
    ...lintMessage(step, [...path, index]),
    ...lintCall(step, [...path, index]),
  ])
  return [...late, ...sameIds(steps, path), ...each]
}

/** Whether whatever follows is never played. A rejected review is left alone: it is a switch that people turn. */
function endsTurn(step: StepShape): boolean {
  if ('review' in step) return step.outcome !== 'rejected' && (step.approved ?? []).some(endsTurn)
  return 'call' in step || 'fail' in step || 'finish' in step
}

const nameOf = (step: StepShape): string =>
  Object.keys(step).find(key => ['call', 'fail', 'finish', 'review'].includes(key)) ?? ''

function sameIds(steps: readonly StepShape[], path: Path): Fault[] {
  const seen = new Set<string>()
  return steps.flatMap((step, index) => {
    if (!('call' in step) || step.id === undefined) return []
    const before = seen.size
    if (seen.add(step.id).size > before) return []
    return { path: [...path, index, 'id'], message: `another call that waits with this one has the id "${step.id}"` }
  })
}

function lintTool(step: StepShape, path: Path): Fault[] {
  if ('together' in step) return step.together.flatMap((tool, index) => lintTool(tool, [...path, 'together', index]))
  if (!('tool' in step) || step.error === undefined || step.result === undefined) return []
  return [{ path: [...path, 'error'], atKey: true, message: 'a tool gives back a result or an error, not both' }]
}

function lintCall(step: StepShape, path: Path): Fault[] {
  if (!('call' in step) || step.arguments === undefined || step.arguments_text === undefined) return []
  const message = 'a call has arguments or arguments_text, not both'
  return [{ path: [...path, 'arguments_text'], atKey: true, message }]
}

/** Content is checked as in a `file` step: a placeholder there could come out empty, which the contract refuses. */
function lintMessage(step: StepShape, path: Path): Fault[] {
  if (!('message' in step)) return []
  return step.message.parts.flatMap((part, index) => {
    if (part.kind !== 'file' || !('bytes' in part.file) || isBase64(part.file.bytes)) return []
    return { path: [...path, 'message', 'parts', index, 'file', 'bytes'], message: 'must be base64' }
  })
}
