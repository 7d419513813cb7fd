import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { hash } from 'node:crypto'
import { until } from './exchange.ts'
import type { Reply } from './kit.ts'
import type { ScriptShape } from '../src/language/shape.ts'

/** Scripts that leave something behind: an attempt taken, a call that waits, a time told. */
export const keepingState: ScriptShape[] = [
  {
    name: 'flaky',
    when: { text: 'flaky' },
    attempts: [{ http: { status: 503 } }, { steps: [{ say: 'Here I am.' }] }],
  },
  { name: 'ask', when: { text: 'ask' }, steps: [{ call: 'get_iban' }] },
  { name: 'asked', after: 'ask', when: { tool_result: 'get_iban' }, steps: [{ say: 'Thanks.' }] },
  { name: 'hello', when: { text: 'hello' }, steps: [{ say: 'Hello, {{now}}.' }] },
]

type Headers = Record<string, string>

/** Speaks to the control API about one key or, without one, about all; every answer has to be as OpenAPI describes it. */
export type Control = ReturnType<typeof controlOf>

export function controlOf(url: string, key?: string, more: Headers = {}) {
  const headers = { ...(key === undefined ? {} : { authorization: `Bearer ${key}` }), ...more }

  const call = async (method: string, path: string, body?: unknown): Promise<Reply> => {
    const sent =
      body === undefined
        ? { headers }
        : { headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) }
    const response = await fetch(`${url}/__admin${path}`, { method, ...sent })
    const reply = { status: response.status, headers: response.headers, body: (await response.json()) as Reply['body'] }
    const fault = (await descriptionOf(url))(method, path, reply)
    if (fault) throw new Error(`${method} ${path} against OpenAPI: ${fault}\n${JSON.stringify(reply.body)}`)
    return reply
  }

  return {
    get: (path: string) => call('GET', path),
    post: (path: string, body?: unknown) => call('POST', path, body),
    put: (path: string, body?: unknown) => call('PUT', path, body),
    delete: (path: string) => call('DELETE', path),
    /** The journal; `query` as `?limit=1`. */
    async requests(query = ''): Promise<Reply['body'][]> {
      return (await call('GET', `/requests${query}`)).body.requests
    },
    /** The latest entry of the journal, once its connection is done with, or as it stands after three seconds. */
    async lastRequest(): Promise<Reply['body']> {
      for (const giveUpMs = Date.now() + 3000; ;) {
        const [entry] = await this.requests('?limit=1')
        if (entry?.took_ms !== undefined || Date.now() > giveUpMs) return entry
      }
    },
    async tasks(): Promise<Reply['body'][]> {
      return (await call('GET', '/tasks')).body.tasks
    },
    /** The latest task, once there are so many. */
    async task(count = 1): Promise<Reply['body']> {
      for (const giveUpMs = Date.now() + 15_000; Date.now() < giveUpMs;) {
        const tasks = await this.tasks()
        if (tasks.length >= count) return tasks.at(-1)
      }
      throw new Error(`no ${count} tasks in fifteen seconds`)
    },
    advance: (ms: number) => call('POST', '/clock/advance', { ms }),
  }
}

/** How the control API names a key. */
export const fingerprintOf = (key: string) => hash('sha256', key, 'hex').slice(0, 8)

/** A stream as it comes, without waiting for its end. */
interface Reading {
  text(): string
  /** Waits until the stream has said this. */
  said(words: string): Promise<void>
  /** The whole of it; rejects where the connection breaks. */
  ended: Promise<string>
  leave(): void
}

/** Follows a stream; `open` sends the request with a signal that ends it. */
export async function follow(open: (signal: AbortSignal) => Promise<Response>): Promise<Reading> {
  const leaving = new AbortController()
  const response = await open(leaving.signal)
  if (response.status !== 200) throw new Error(`no stream: ${response.status} ${await response.text()}`)
  let text = ''
  const read = async () => {
    const decoder = new TextDecoder()
    for await (const bytes of response.body!) text += decoder.decode(bytes as Uint8Array, { stream: true })
    return text
  }
  const ended = read()
  ended.catch(() => {})
  return {
    text: () => text,
    said: words => until(`said ${words}`, () => text.includes(words)),
    ended,
    leave: () => leaving.abort(),
  }
}

type Description = (method: string, path: string, reply: Reply) => string

/** By address; and by text, because servers describe themselves alike and Ajv takes its time. */
const descriptions = new Map<string, Promise<Description>>()
const readings = new Map<string, Description>()

/** Answers, for the server at this address, what its OpenAPI document has against an answer. */
function descriptionOf(url: string): Promise<Description> {
  const known = descriptions.get(url) ?? describe(url)
  descriptions.set(url, known)
  return known
}

async function describe(url: string): Promise<Description> {
  const response = await fetch(`${url}/__admin/openapi.json`)
  // With an admin token, only those who know it may read the document.
  if (response.status === 401) return () => ''
  const text = await response.text()
  if (response.status !== 200) throw new Error(`no OpenAPI document: ${response.status} ${text}`)
  const known = readings.get(text) ?? read(text)
  readings.set(text, known)
  return known
}

function read(text: string): Description {
  const document = JSON.parse(text) as { paths: Record<string, Record<string, Operation>> }
  const ajv = new Ajv2020({ strict: false, allErrors: true, formats: { email: true } }).addSchema(document, 'api')
  const validators = new Map<string, ValidateFunction>()
  return (method, path, { status, body }) => {
    const [plain = ''] = path.split('?')
    const described = `/__admin${plain.replace(/^\/tasks\/[^/]+/, '/tasks/{id}')}`
    const content = document.paths[described]?.[method.toLowerCase()]?.responses[status]?.content
    const [type] = Object.keys(content ?? {})
    if (type === undefined) return `${status} is not among its answers`
    const steps = ['paths', described, method.toLowerCase(), 'responses', `${status}`, 'content', type, 'schema']
    const pointer = steps.map(step => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')
    const validate = validators.get(pointer) ?? ajv.compile({ $ref: `api#/${pointer}` })
    validators.set(pointer, validate)
    return validate(body) ? '' : ajv.errorsText(validate.errors)
  }
}

interface Operation {
  responses: Record<string, { content?: Record<string, unknown> }>
}
