import type { DataPart, FilePart } from '../contract/parts.ts'
import type { Message } from '../contract/response.ts'
import { composed, unchanging } from './json-of.ts'
import { durationMs } from '../language/duration.ts'
import type { FileContent, HttpAnswer, Step } from './script.ts'
import type { HttpAnswer as HttpAnswerShape, StepShape } from '../language/step-shape.ts'
import { compileSpoken } from './spoken.ts'
import { compileObject, compileText, compileValue, holdsPlaceholder, type Render } from './template.ts'

/** Answers the content, in base64, of a file beside the fixtures. */
export type FileReader = (path: string) => string

export function compileSteps(steps: readonly StepShape[], readFile: FileReader): Step[] {
  return steps.map(step => compileStep(step, readFile))
}

function compileStep(step: StepShape, readFile: FileReader): Step {
  if ('say' in step) return { do: 'say', text: compileSpoken(step.say) }
  if ('think' in step) return { do: 'think', text: compileSpoken(step.think) }
  if ('file' in step) return { do: 'part', part: filePart(contentOf(step.file, readFile)) }
  if ('data' in step) return { do: 'part', part: dataPart(step.data) }
  if ('tool' in step) return compileTool(step)
  if ('review' in step) return compileReview(step, readFile)
  if ('call' in step)
    return {
      do: 'call',
      name: step.call,
      arguments: compileObject(step.arguments ?? {}),
      id: step.id === undefined ? undefined : compileText(step.id),
    }
  if ('message' in step) return { do: 'message', message: compileMessage(step.message) }
  if ('wait' in step) return { do: 'wait', ms: durationMs(step.wait) }
  if ('fail' in step) return { do: 'fail', error: compileText(step.fail), code: step.code ?? 500 }
  if ('finish' in step) return { do: 'finish', reason: step.finish }
  if ('cut' in step) return { do: 'cut', cut: step.cut, afterChunks: step.after_chunks ?? 0 }
  return { do: 'raw', text: compileText(step.raw) }
}

function contentOf(file: Extract<StepShape, { file: unknown }>['file'], readFile: FileReader): FileContent {
  if (!('path' in file)) return file
  const { path, ...names } = file
  return { bytes: readFile(path), ...names }
}

function filePart(file: FileContent): Render<FilePart> {
  const content = compileTexts(file) as Render<FileContent>
  return compilePart({ kind: 'file', file }, lookup => ({ kind: 'file', file: content(lookup) }))
}

function dataPart(data: Record<string, unknown>): Render<DataPart> {
  const content = compileObject(data)
  return compilePart({ kind: 'data', data }, lookup => composed({ kind: 'data', data: content(lookup) }))
}

/** One and the same part each time, where no placeholder makes it new. */
function compilePart<T extends object>(part: T, render: Render<T>): Render<T> {
  if (holdsPlaceholder(part)) return render
  unchanging(part)
  return () => part
}

function compileTool(step: Extract<StepShape, { tool: unknown }>): Step {
  return {
    do: 'tool',
    name: step.tool,
    arguments: compileObject(step.arguments ?? {}),
    outcome:
      step.error === undefined
        ? { kind: 'result', result: compileValue(step.result) }
        : { kind: 'error', error: compileText(step.error) },
    takesMs: durationMs(step.takes),
  }
}

function compileReview(step: Extract<StepShape, { review: unknown }>, readFile: FileReader): Step {
  return {
    do: 'review',
    name: step.review,
    arguments: compileObject(step.arguments ?? {}),
    outcome: step.outcome ?? 'approved',
    approved: compileSteps(step.approved ?? [], readFile),
    rejected: compileSteps(step.rejected ?? [], readFile),
  }
}

type StepMessage = Omit<Message, 'messageId'> & { messageId?: string }

/** Where the contract leaves the content free, a placeholder may bring any type; elsewhere it has to be text. */
const freeKeys: readonly string[] = ['data', 'arguments', 'result', 'metadata']

const compileMessage = compileTexts as (message: StepMessage) => Render<StepMessage>

function compileTexts(value: unknown): Render<unknown> {
  if (typeof value === 'string') return compileText(value).render
  if (Array.isArray(value)) {
    const items = value.map(compileTexts)
    return lookup => composed(items.map(item => item(lookup)))
  }
  if (typeof value !== 'object' || value === null) return () => value
  const entries = Object.entries(value).map(
    ([key, below]) => [key, (freeKeys.includes(key) ? compileValue : compileTexts)(below)] as const,
  )
  return lookup => composed(Object.fromEntries(entries.map(([key, below]) => [key, below(lookup)])) as object)
}

export function compileAnswer(answer: HttpAnswerShape): HttpAnswer {
  if ('fault' in answer) return { kind: 'fault', fault: answer.fault }
  const headers = Object.entries(answer.headers ?? {}).map(([name, value]) => [name, compileText(value)] as const)
  return {
    kind: 'status',
    status: answer.status,
    headers: Object.fromEntries(headers),
    body: answer.body === undefined ? undefined : compileValue(answer.body),
  }
}
