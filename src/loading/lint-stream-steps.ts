import { nextChunk, readFrom } from '../script/chunk.ts'
import type { Fault, Path } from '../language/fault.ts'
import type { ScriptParts } from './lint.ts'
import { stepLists } from '../language/step-lists.ts'
import type { StepShape, Words } from '../language/step-shape.ts'
import { holdsPlaceholder } from '../script/template.ts'

type StreamStep = Extract<StepShape, { cut: unknown } | { raw: unknown }>

const isOfStreams = (step: StepShape): step is StreamStep => 'cut' in step || 'raw' in step

const faultOf = (step: StreamStep, path: Path, message: string): Fault => ({
  path: [...path, 'cut' in step ? 'cut' : 'raw'],
  atKey: true,
  message,
})

/** Steps that only streams show. */
export function idleStreamSteps(script: ScriptParts, path: Path): Fault[] {
  const lists = stepLists(script, path)
  const found = lists.flatMap(list =>
    list.steps.flatMap((step, index) => (isOfStreams(step) ? { step, path: [...list.path, index] } : [])),
  )
  if (script.when?.stream === false)
    return found.map(({ step, path }) =>
      faultOf(step, path, 'can never act: it is for streams, and `when` lets none in'),
    )
  const whole = lists.filter(list => list.path.at(-1) === 'steps')
  const late = found.length > 1 ? whole.flatMap(list => behindCut(list.steps, list.path, false).faults) : []
  const waits = found.some(({ step }) => 'cut' in step && step.after_chunks !== undefined)
  return late.length > 0 || !waits ? late : whole.flatMap(list => uncut(list.steps, list.path, 0).faults.reverse())
}

/**
 * Cuts behind one that always comes before them. `over`: whether it has. What follows a review is played after its approval
 * only. Raw bytes are left alone: a cut before them is a switch that people turn.
 */
function behindCut(steps: readonly StepShape[], path: Path, over: boolean): { faults: Fault[]; over: boolean } {
  const faults: Fault[] = []
  for (const [index, step] of steps.entries()) {
    const at = [...path, index]
    if (over && 'cut' in step) faults.push(faultOf(step, at, 'can never act: the stream has been cut before it'))
    if ('cut' in step && step.after_chunks === undefined) over = true
    if (!('review' in step)) continue
    const approved = behindCut(step.approved ?? [], [...at, 'approved'], over)
    const rejected = behindCut(step.rejected ?? [], [...at, 'rejected'], over)
    faults.push(...approved.faults, ...rejected.faults)
    over = approved.over
  }
  return { faults, over }
}

/** Cuts that wait for more chunks than can come. `ahead`: how many can come, at most; from the end, so that each text is counted once. */
function uncut(steps: readonly StepShape[], path: Path, ahead: number): { faults: Fault[]; ahead: number } {
  const faults: Fault[] = []
  for (let index = steps.length - 1; index >= 0; index -= 1) {
    const step = steps[index]!
    const at = [...path, index]
    if ('review' in step) {
      const rejected = uncut(step.rejected ?? [], [...at, 'rejected'], 0)
      const approved = uncut(step.approved ?? [], [...at, 'approved'], ahead)
      faults.push(...rejected.faults, ...approved.faults)
      ahead = Math.max(rejected.ahead, approved.ahead)
    } else if ('cut' in step) {
      if ((step.after_chunks ?? 0) > ahead) faults.push({ path: [...at, 'after_chunks'], message: tooFew(ahead) })
      ahead = 0
    } else ahead += mostChunks(step)
  }
  return { faults, ahead }
}

const tooFew = (ahead: number): string =>
  `never comes to cut: ${ahead === 0 ? 'no chunk follows' : `no more than ${ahead} ${ahead === 1 ? 'chunk follows' : 'chunks follow'}`} before the steps end or cut again. It counts chunks behind it, so put it before what it is to cut`

function mostChunks(step: StepShape): number {
  if ('say' in step) return chunksOf(step.say)
  if ('think' in step) return chunksOf(step.think)
  if ('file' in step || 'data' in step) return 1
  if (!('message' in step)) return 0
  return step.message.parts.reduce((sum, part) => {
    if (part.kind === 'text') return sum + chunksIn(part.text)
    return part.kind === 'file' || part.kind === 'data' ? sum + 1 : sum
  }, 0)
}

/** Longer texts are not cut into pieces for this: a chunk is a character at least. */
const longest = 2000

/** What is in a file is not counted for this. */
const chunksOf = (words: Words): number => (typeof words === 'string' ? chunksIn(words) : Infinity)

function chunksIn(text: string): number {
  if (holdsPlaceholder(text)) return Infinity
  if (text.length > longest) return text.length
  const reader = readFrom(text)
  let count = 0
  while (nextChunk(reader) !== undefined) count += 1
  return count
}
