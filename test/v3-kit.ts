import { createParser } from 'eventsource-parser'
import { RouterError } from '../src/contract/v3/errors.ts'
import { RouterEvent } from '../src/contract/v3/events.ts'
import { RouterResponse } from '../src/contract/v3/response.ts'
import { wrong, type Reply } from './kit.ts'
import { wrongByFacts } from './v3-facts.ts'

export const router = '/v3/router/responses'

/** What is wrong with a reply, by our contract and by what the vendor publishes. */
export const wrongResponse = (value: unknown) => wrong(RouterResponse, value) + wrongByFacts('response', value)
export const wrongError = (value: unknown) => wrong(RouterError, value) + wrongByFacts('error', value)
export const wrongEvent = (value: unknown) => wrong(RouterEvent, value) + wrongByFacts('event', value)

function demand(fault: string, value: unknown): void {
  if (fault) throw new Error(`against the contract: ${fault}\n${JSON.stringify(value, null, 2)}`)
}

type Body = Record<string, unknown>

/** Speaks to the router and checks all that comes back. */
export function routerOf(url: string, key = 'test-key', path = router) {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  const send = (body: Body, init: RequestInit = {}) =>
    fetch(url + path, {
      method: 'POST',
      headers,
      body: JSON.stringify({ model: 'agent/support', input: 'Hello', ...body }),
      ...init,
    })

  return {
    key,
    headers,
    send,
    /** A POST that does not stream. */
    post: async (body: Body): Promise<Reply> => checked(await send(body)),
    get: async (id: string): Promise<Reply> =>
      checked(await fetch(`${url}${path}/${encodeURIComponent(id)}`, { headers })),
    /** Asks until the response is done. */
    async settled(id: string): Promise<Reply> {
      for (;;) {
        const reply = await this.get(id)
        if (reply.body.status !== 'in_progress') return reply
        await new Promise(resolve => setTimeout(resolve, 5))
      }
    },
    async stream(body: Body) {
      const response = await send({ ...body, stream: true })
      if (response.status !== 200) throw new Error(`no stream: ${response.status} ${await response.text()}`)
      const text = await response.text()
      return { text, ...routerEventsOf(text) }
    },
  }
}

async function checked(response: Response): Promise<Reply> {
  const body: unknown = await response.json()
  demand(response.status === 200 ? wrongResponse(body) : wrongError(body), body)
  return { status: response.status, headers: response.headers, body }
}

/** The events of a stream, each checked and named like its frame; `done` where `[DONE]` closes it. */
export function routerEventsOf(text: string): { events: RouterEvent[]; done: boolean } {
  const events: RouterEvent[] = []
  let done = false
  const parser = createParser({
    onEvent({ event: name, data }) {
      if (done) throw new Error(`an event after [DONE]: ${data}`)
      done = data === '[DONE]'
      if (done) return
      const event = JSON.parse(data) as RouterEvent
      demand(wrongEvent(event), event)
      if (event.type !== name) throw new Error(`the frame is named ${name}, its event ${event.type}`)
      events.push(event)
    },
  })
  parser.feed(text)
  return { events, done }
}

/** What of a list of events breaks the order that clients rely on. */
export function orderFaults(events: readonly RouterEvent[], done: boolean): string[] {
  const faults: string[] = []
  const items: unknown[] = []
  let open: number | undefined
  for (const [index, event] of events.entries()) {
    if (event.sequence_number !== index) faults.push(`${event.type} has number ${event.sequence_number}, not ${index}`)
    if (event.type === 'response.output_item.added') {
      if (open !== undefined || event.output_index !== items.length) faults.push(`item ${event.output_index} is early`)
      open = event.output_index
    } else if ('output_index' in event && event.output_index !== open) faults.push(`${event.type} is of no open item`)
    if (event.type === 'response.output_item.done') {
      items.push(event.item)
      open = undefined
    }
  }
  const ends = events.filter(({ type }) => /^response\.(completed|incomplete|failed)$/.test(type))
  const [first, second] = events
  const last = events.at(-1)
  if (first?.type !== 'response.created' || second?.type !== 'response.in_progress') faults.push('it begins otherwise')
  if (done && (ends.length !== 1 || last !== ends[0])) faults.push('it does not end with its end')
  if (done && open !== undefined) faults.push(`item ${open} is left open`)
  if (done && last && 'response' in last && JSON.stringify(last.response.output) !== JSON.stringify(items))
    faults.push('its last event has another output than its items')
  return faults
}
