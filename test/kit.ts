import { Ajv } from 'ajv'
import { createParser } from 'eventsource-parser'
import type { TSchema } from '@sinclair/typebox'
import type { Test } from 'tap'
import { ApiError, TaskNotFound } from '../src/contract/errors.ts'
import { StreamEvent } from '../src/contract/events.ts'
import { AgentResponse, TaskResponse } from '../src/contract/response.ts'
import type { FixtureFile, ScriptShape } from '../src/language/shape.ts'
import { makeServer, type Mock } from '../src/server.ts'
import type { Settings } from '../src/options/settings.ts'

const ajv = new Ajv({ discriminator: true, allowUnionTypes: true, formats: { email: true } })

/** What is wrong with a value by the contract, as text; empty where nothing is. */
export function wrong(schema: TSchema, value: unknown): string {
  return ajv.validate(schema, value) ? '' : ajv.errorsText(ajv.errors)
}

function demand(schema: TSchema, value: unknown): void {
  const fault = wrong(schema, value)
  if (fault) throw new Error(`against the contract: ${fault}\n${JSON.stringify(value, null, 2)}`)
}

/** A fixture with one agent, for tests that need few words. */
export const fixture = (scripts: ScriptShape[], rest: Partial<FixtureFile> = {}): FixtureFile => ({ scripts, ...rest })

export interface Started {
  mock: Mock
  url: string
  as(key: string): Client
  client: Client
}

/** A mock on a real port, closed when the test ends. Without fixtures: an agent that says hello. */
export async function start(t: Test, settings: Partial<Settings> = {}): Promise<Started> {
  const mock = await makeServer({
    fixtures: [fixture([{ name: 'hello', steps: [{ say: 'Hello there.' }] }])],
    ...settings,
  })
  const url = await mock.listen(0, '127.0.0.1')
  t.teardown(() => mock.close())
  const as = (key: string) => clientOf(url, key)
  return { mock, url, as, client: as('test-key') }
}

type Body = Record<string, unknown>
export interface Reply {
  status: number
  headers: Headers
  // eslint-disable-next-line typescript/no-explicit-any -- tests look into bodies of many shapes
  body: any
}

/** Speaks to the mock and checks all that comes back against the contract. */
export type Client = ReturnType<typeof clientOf>

function clientOf(url: string, key: string) {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  const path = (agent: string) => `${url}/v2/agents/${encodeURIComponent(agent)}/responses`

  const send = (body: Body, agent = 'support', init: RequestInit = {}) =>
    fetch(path(agent), { method: 'POST', headers, body: JSON.stringify(body), ...init })

  return {
    key,
    headers,
    send,
    /** A POST that does not stream. */
    async post(body: Body, agent?: string): Promise<Reply> {
      return checkedReply(await send(body, agent), AgentResponse)
    },
    /** A sync turn with a text. */
    async say(text: string, more: Body = {}, agent?: string): Promise<Reply> {
      return checkedReply(await send({ message: user(text), ...more }, agent), AgentResponse)
    },
    async get(taskId: string, agent = 'support'): Promise<Reply> {
      const response = await fetch(`${path(agent)}/${encodeURIComponent(taskId)}`, { headers })
      return checkedReply(response, TaskResponse)
    },
    /** Polls until the task is done. */
    async settled(taskId: string, agent?: string): Promise<Reply> {
      for (;;) {
        const reply = await this.get(taskId, agent)
        if (reply.body.status !== 'in_progress') return reply
        await new Promise(resolve => setTimeout(resolve, 5))
      }
    },
    /** A whole stream: its text, and its events. */
    async stream(body: Body, agent?: string): Promise<{ text: string; events: StreamEvent[]; done: boolean }> {
      const response = await send({ ...body, stream: true }, agent)
      if (response.status !== 200) throw new Error(`no stream: ${response.status} ${await response.text()}`)
      const text = await response.text()
      return { text, ...eventsOf(text) }
    },
  }
}

export const user = (...texts: string[]) => ({ role: 'user', parts: texts.map(text => ({ kind: 'text', text })) })

export const results = (byId: Record<string, unknown>) => ({
  role: 'tool',
  parts: Object.entries(byId).map(([tool_call_id, result]) => ({ kind: 'tool_result', tool_call_id, result })),
})

async function checkedReply(response: Response, schema: TSchema): Promise<Reply> {
  const body: unknown = await response.json()
  const { status, headers } = response
  if (status === 200) demand(schema, body)
  else if (schema === TaskResponse && status === 404) demand(TaskNotFound, body)
  else demand(ApiError, body)
  return { status, headers, body }
}

/** The events of a stream, each checked against the contract; `done` where `[DONE]` closes it. */
export function eventsOf(text: string): { events: StreamEvent[]; done: boolean } {
  const events: StreamEvent[] = []
  let done = false
  const parser = createParser({
    onEvent({ data }) {
      if (done) throw new Error(`an event after [DONE]: ${data}`)
      done = data === '[DONE]'
      if (done) return
      const event: unknown = JSON.parse(data)
      demand(StreamEvent, event)
      events.push(event as StreamEvent)
    },
  })
  parser.feed(text)
  return { events, done }
}
