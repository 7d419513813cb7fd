import { isUtf8 } from 'node:buffer'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ParseError } from 'jsonc-parser'
import { Problem } from '../problem.ts'
import { noteBody } from './record.ts'

/** Deeper bodies than any client sends, and still far from what would exhaust the stack when they are written again. */
const deepest = 500

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
  if (text.length > 2 * deepest && depthOf(text) > deepest)
    throw new Problem('bad_json', `The body is nested deeper than ${deepest} levels.`)
  return JSON.parse(text)
}

async function explain(error: unknown, text: string): Promise<Problem> {
  return error instanceof Problem ? error : badJson(text)
}

async function badJson(text: string): Promise<Problem> {
  if (text.trim() === '') return new Problem('bad_json', 'The body is empty; a JSON object was expected.')
  const { parse, printParseErrorCode } = await import('jsonc-parser')
  const errors: ParseError[] = []
  parse(text, errors, { disallowComments: true, allowTrailingComma: false })
  const { error, offset } = errors[0] ?? { error: undefined, offset: 0 }
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

function depthOf(text: string): number {
  let depth = 0
  let deepestSeen = 0
  let inString = false
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charCodeAt(index)
    if (inString) {
      if (character === 0x5c) index += 1
      else if (character === 0x22) inString = false
    } else if (character === 0x22) inString = true
    else if (character === 0x7b || character === 0x5b) deepestSeen = Math.max(deepestSeen, (depth += 1))
    else if (character === 0x7d || character === 0x5d) depth -= 1
  }
  return deepestSeen
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** An empty body counts as none. */
    bodyOptional?: boolean
  }
}
