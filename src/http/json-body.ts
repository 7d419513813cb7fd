import { isUtf8 } from 'node:buffer'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ParseErrorCode, visit as JsonVisitor } from 'jsonc-parser'
import { deepestLevels, isTooDeep } from '../json-text.ts'
import { Problem } from '../problem.ts'
import { noteBody } from './record.ts'

/** Bodies are JSON and nothing else. What cannot be read is answered with the position of the fault. */
export function parseJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, bytes, done) => {
    if (!isUtf8(bytes)) return done(new Problem('bad_json', 'The body is not UTF-8, as JSON has to be.'))
    const text = bytes.toString()
    noteBody(request, text)
    if (text === '' && isOptional(request)) return done(null, undefined)
    let body: unknown
    try {
      body = parseJson(text)
    } catch (error) {
      explain(error, text).then(done, done)
      return
    }
    done(null, body)
  })
}

/** Whether the route takes no body, or can do without. */
function isOptional({ routeOptions: { schema, config } }: FastifyRequest): boolean {
  return schema?.body === undefined || config.bodyOptional === true
}

function parseJson(text: string): unknown {
  if (isTooDeep(text)) throw new Problem('bad_json', `The body is nested deeper than ${deepestLevels} levels.`)
  return JSON.parse(text)
}

async function explain(error: unknown, text: string): Promise<Problem> {
  return error instanceof Problem ? error : badJson(text)
}

async function badJson(text: string): Promise<Problem> {
  if (text.trim() === '') return new Problem('bad_json', 'The body is empty; a JSON object was expected.')
  const { printParseErrorCode, visit } = await import('jsonc-parser')
  const { error, offset } = firstError(text, visit)
  const before = text.slice(0, offset).split('\n')
  const what = error === undefined ? '' : ` (${printParseErrorCode(error)})`
  return new Problem(
    'bad_json',
    `The body is not JSON: line ${before.length}, column ${before.at(-1)!.length + 1}${what}.`,
    {
      extra: { position: offset },
    },
  )
}

const seenEnough = new Error('The first error says it.')

/** Only the first: a long text may have one at each of its letters. */
function firstError(text: string, visit: typeof JsonVisitor): { error: ParseErrorCode | undefined; offset: number } {
  let found: { error: ParseErrorCode; offset: number } | undefined
  const onError = (error: ParseErrorCode, offset: number) => {
    found = { error, offset }
    throw seenEnough
  }
  try {
    visit(text, { onError }, { disallowComments: true, allowTrailingComma: false })
  } catch (error) {
    if (error !== seenEnough) throw error
  }
  return found ?? { error: undefined, offset: 0 }
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** An empty body counts as none. */
    bodyOptional?: boolean
  }
}
