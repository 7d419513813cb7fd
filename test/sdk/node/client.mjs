import { setTimeout as sleep } from 'node:timers/promises'

/** What a version of the SDK can do, beside `create`. */
export function abilitiesOf({ Orq }, version) {
  const { responses } = new Orq({ apiKey: 'none' }).agents
  const abilities = new Set(['identity', 'contact'])
  if (typeof responses.get === 'function') abilities.add('get')
  if (atLeast(version, '4.9.4')) abilities.add('engine')
  // Older ones refuse null in a reply of the router, in `get` longest.
  if (atLeast(version, '4.9.4')) abilities.add('router')
  if (atLeast(version, '4.11.10')) abilities.add('router get').add('router stream')
  if (atLeast(version, '4.13.1')) abilities.add('router background')
  if (process.env.SDK_SUITE_SECURE_URL) abilities.add('openssl here')
  return abilities
}

function atLeast(version, least) {
  const [one, other] = [version, least].map(text => text.split('.').map(Number))
  const index = one.findIndex((number, place) => number !== other[place])
  return index < 0 || one[index] > other[index]
}

export const user = (...parts) => ({
  role: 'user',
  parts: parts.map(part => (typeof part === 'string' ? { kind: 'text', text: part } : part)),
})

/** @param {Record<string, unknown>} byId results by the id of their call */
export const results = byId => ({
  role: 'tool',
  parts: Object.entries(byId).map(([toolCallId, result]) => ({ kind: 'tool_result', toolCallId, result })),
})

export const textOf = reply => reply.output.flatMap(message => message.parts.map(part => part.text ?? '')).join('')

/** One SDK client with a key of its own, which makes it the only one in its workspace. */
export function openClient(sdk, { url, version, abilities, key }) {
  const orq = new sdk.Orq({ apiKey: key, serverURL: url })
  const { responses } = orq.agents
  const create = (agent, body, options) => responses.create(body, agent, options)
  const headers = { authorization: `Bearer ${key}` }

  return {
    sdk,
    url,
    key,
    version,
    abilities,
    /** The same client of another mock. */
    at: other => openClient(sdk, { url: other, version, abilities, key }),
    create,
    /** A turn with a text. */
    say: (agent, text, more = {}, options) => create(agent, { message: user(text), ...more }, options),
    /** A streamed turn, read to its end or to the error that ends it. */
    async stream(agent, body, options) {
      const seen = { events: [], error: undefined }
      try {
        // A frame without data comes as an event without data.
        for await (const { data } of await create(agent, { ...body, stream: true }, options))
          if (data) seen.events.push(data)
      } catch (error) {
        seen.error = error
      }
      return { ...seen, ...toldBy(seen.events) }
    },
    get: (agentKey, taskId, options) => responses.get({ agentKey, taskId }, options),
    /** The tasks of its workspace, as the control API lists them. */
    tasks: async () => (await (await fetch(`${url}/__admin/tasks`, { headers })).json()).tasks,
    /** Polls without the SDK, because the oldest one cannot. */
    async settled(agent, taskId) {
      for (let polls = 0; polls < 200; polls += 1) {
        const reply = await fetch(`${url}/v2/agents/${agent}/responses/${taskId}`, { headers })
        const body = await reply.json()
        if (body.status !== 'in_progress') return body
        await sleep(20)
      }
      throw new Error(`task ${taskId} does not end`)
    },
  }
}

/** What a list of events tells: the task, the kinds in order, the text of all pieces. */
function toldBy(events) {
  const pieces = events.filter(({ type }) => type === 'part.delta').map(({ data }) => data.delta)
  return {
    taskId: events[0]?.data.taskId,
    types: events.map(({ type }) => type),
    last: events.at(-1),
    text: pieces.map(piece => piece.text ?? '').join(''),
  }
}
