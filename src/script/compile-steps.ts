import type { DataPart, FilePart } from '../contract/parts.ts'
import type { Message } from '../contract/response.ts'
import { durationMs } from '../language/duration.ts'
import { kindOf, type StepOf, type StepShape, type Words } from '../language/step-shape.ts'
import type { FixtureFolder } from './fixture-folder.ts'
import { composed, unchanging } from './json-of.ts'
import type { FileContent, Step, ToolStep } from './script.ts'
import { compileSpoken } from './spoken.ts'
import type { Render, Templates } from './template.ts'

/** What steps are compiled with. */
export interface Compiler {
  templates: Templates
  folder: FixtureFolder
}

export function compileSteps(steps: readonly StepShape[], compiler: Compiler): Step[] {
  return steps.map(step => (kinds[kindOf(step)] as Compile<StepShape>)(step, compiler))
}

type Compile<S> = (step: S, compiler: Compiler) => Step

/** What becomes of each kind of step. */
const kinds: { [Kind in keyof StepOf]: Compile<StepOf[Kind]> } = {
  say: ({ say }, compiler) => ({ do: 'say', text: compileSpoken(textOf(say, compiler)) }),
  think: ({ think }, compiler) => ({ do: 'think', text: compileSpoken(textOf(think, compiler)) }),
  file: ({ file }, compiler) => ({ do: 'part', part: filePart(contentOf(file, compiler), compiler) }),
  data: ({ data }, compiler) => ({ do: 'part', part: dataPart(data, compiler) }),
  tool: compileTool,
  together: ({ together }, compiler) => ({ do: 'together', tools: together.map(tool => compileTool(tool, compiler)) }),
  review: (step, compiler) => ({
    do: 'review',
    name: step.review,
    arguments: compiler.templates.object(step.arguments ?? {}),
    outcome: step.outcome ?? 'approved',
    takesMs: durationMs(step.takes),
    approved: compileSteps(step.approved ?? [], compiler),
    rejected: compileSteps(step.rejected ?? [], compiler),
  }),
  call: (step, { templates }) => ({
    do: 'call',
    name: step.call,
    arguments: templates.object(step.arguments ?? {}),
    argumentsText: step.arguments_text === undefined ? undefined : templates.text(step.arguments_text),
    id: step.id === undefined ? undefined : templates.text(step.id),
  }),
  message: ({ message }, { templates }) => ({
    do: 'message',
    message: compileTexts(message, templates) as Render<StepMessage>,
  }),
  wait: ({ wait }) => ({ do: 'wait', ms: durationMs(wait) }),
  fail: ({ fail, code = 500 }, { templates }) => ({ do: 'fail', error: templates.text(fail), code }),
  finish: ({ finish }) => ({ do: 'finish', reason: finish }),
  cut: ({ cut, after_chunks: afterChunks = 0 }) => ({ do: 'cut', cut, afterChunks }),
  raw: ({ raw }, { templates }) => ({ do: 'raw', text: templates.text(raw) }),
}

const textOf = (words: Words, { templates, folder }: Compiler) =>
  templates.text(typeof words === 'string' ? words : folder.text(words.path))

function contentOf(file: StepOf['file']['file'], { folder }: Compiler): FileContent {
  if (!('path' in file)) return file
  const { path, ...names } = file
  return { bytes: folder.bytes(path), ...names }
}

function filePart(file: FileContent, { templates }: Compiler): Render<FilePart> {
  const content = compileTexts(file, templates) as Render<FileContent>
  return compilePart({ kind: 'file', file }, lookup => ({ kind: 'file', file: content(lookup) }), templates)
}

function dataPart(data: Record<string, unknown>, { templates }: Compiler): Render<DataPart> {
  const content = templates.object(data)
  return compilePart({ kind: 'data', data }, lookup => composed({ kind: 'data', data: content(lookup) }), templates)
}

/** One and the same part each time, where no placeholder makes it new. */
function compilePart<T extends object>(part: T, render: Render<T>, templates: Templates): Render<T> {
  if (templates.changing(part)) return render
  unchanging(part)
  return () => part
}

function compileTool(step: StepOf['tool'], { templates }: Compiler): ToolStep {
  return {
    do: 'tool',
    name: step.tool,
    arguments: templates.object(step.arguments ?? {}),
    outcome:
      step.error === undefined
        ? { kind: 'result', result: templates.value(step.result) }
        : { kind: 'error', error: templates.text(step.error) },
    takesMs: durationMs(step.takes),
  }
}

type StepMessage = Omit<Message, 'messageId'> & { messageId?: string }

/** Where the contract leaves the content free, a placeholder may bring any type; elsewhere it has to be text. */
const freeKeys: readonly string[] = ['data', 'arguments', 'result', 'metadata']

function compileTexts(value: unknown, templates: Templates): Render<unknown> {
  if (typeof value === 'string') return templates.text(value).render
  if (Array.isArray(value)) {
    const items = value.map(item => compileTexts(item, templates))
    return lookup => composed(items.map(item => item(lookup)))
  }
  if (typeof value !== 'object' || value === null) return () => value
  const entries = Object.entries(value).map(
    ([key, below]) => [key, freeKeys.includes(key) ? templates.value(below) : compileTexts(below, templates)] as const,
  )
  return lookup => composed(Object.fromEntries(entries.map(([key, below]) => [key, below(lookup)])) as object)
}
