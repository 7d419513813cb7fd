import { durationMs } from '../language/duration.ts'
import { bodyFile, type HttpAnswer as HttpAnswerShape } from '../language/step-shape.ts'
import type { Compiler } from './compile-steps.ts'
import type { AnswerBody, HttpAnswer } from './script.ts'

export function compileAnswer(answer: HttpAnswerShape, compiler: Compiler): HttpAnswer {
  const delayMs = durationMs(answer.delay)
  if ('fault' in answer) return { kind: 'fault', delayMs, fault: answer.fault }
  const headers = Object.entries(answer.headers ?? {}).map(
    ([name, value]) => [name, compiler.templates.text(value)] as const,
  )
  const body = answer.body === undefined ? undefined : bodyOf(answer.body, compiler)
  return { kind: 'status', delayMs, status: answer.status, headers: Object.fromEntries(headers), body }
}

const types: Record<string, string> = {
  json: 'application/json; charset=utf-8',
  html: 'text/html; charset=utf-8',
}

function bodyOf(body: unknown, { templates, folder }: Compiler): AnswerBody {
  const path = bodyFile(body)
  if (path === undefined) return { render: templates.value(body), type: undefined }
  const ending = /\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? ''
  return { render: templates.text(folder.text(path)).render, type: types[ending] }
}
