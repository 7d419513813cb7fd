import * as fc from 'fast-check'
import { request as httpRequest } from 'node:http'
import t from 'tap'
import { ApiError, TaskNotFound } from '../src/contract/errors.ts'
import { makeServer, type Mock } from '../src/server.ts'
import { eventsOf, fixture, wrong } from './kit.ts'
import { sent, type Sent } from './sent-arbitrary.ts'

/** A number and no span of time, so that a busy machine tries as much as another. Every run of the suite tries others. */
const numRuns = 80
/** Real time; the manual clock is moved all the while, so that nothing but a hang takes so long, on a busy machine too. */
const patienceMs = 15_000
/** Real time, for making what fails smaller. */
const budgetMs = 60_000

const scripts = fixture([
  { name: 'call', when: { text: 'call' }, steps: [{ call: 'get_iban', id: 'one' }] },
  { name: 'called', after: 'call', when: { tool_result: 'get_iban' }, steps: [{ say: '{{tool_results.get_iban}}' }] },
  { name: 'schema', when: { body: { type: 'object', required: ['metadata'] } }, steps: [{ say: '{{now}}' }] },
  { name: 'file', when: { file: true, headers: { 'X-A': 'b' } }, steps: [{ wait: '1s' }, { say: '{{message.text}}' }] },
  { name: 'held', when: { variables: { a: 1 } }, hold: { for: '10s' }, polls: [{ status: 429 }], steps: [] },
  {
    name: 'any',
    when: { text: { matches: '[a-z]' } },
    trail: true,
    steps: [{ tool: 'x' }, { say: 'Hello {{task.id}}' }],
  },
])

const json = (value: unknown) => JSON.stringify(value)

interface Got {
  status: number
  type: string
  text: string
}

function knock(url: string, { method, path, headers, body }: Sent): Promise<Got> {
  return new Promise((resolve, reject) => {
    // Node frames a body by itself only where one is usual.
    const framed = body === undefined ? headers : { ...headers, 'content-length': `${Buffer.byteLength(body)}` }
    const target = { port: Number(new URL(url).port), method, path, headers: framed, timeout: patienceMs }
    const request = httpRequest(target, response => {
      let text = ''
      response.setEncoding('utf8').on('data', (piece: string) => (text += piece))
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, type: response.headers['content-type'] ?? '', text })
      })
    })
    request.on('timeout', () => request.destroy(new Error('no answer: it hangs')))
    request.on('error', reject).end(body === undefined ? undefined : Buffer.from(body))
  })
}

/** What is wrong with an answer; empty where nothing is. */
function faultOf({ method, path }: Sent, { status, type, text }: Got): string {
  const body =
    type.startsWith('application/') && text.startsWith('{') ? (JSON.parse(text) as { mock?: { code?: string } }) : {}
  if (/\n\s+at |node_modules|\.[jt]s:\d+:\d+|could not play|FST_ERR/.test(text) && !path.includes('openapi'))
    return 'it shows its insides'
  // Only a script that fails, or a reset meanwhile, brings a 5xx: the fixtures here have no HTTP answers of that kind.
  if (status >= 500 && !['run_failed', 'task_reset'].includes(body.mock?.code ?? '')) return 'a 5xx nobody asked for'
  if (status < 400) return type === 'text/event-stream' && !isWhole(text) ? 'a stream without an end' : ''
  if (method === 'HEAD') return ''
  const fault = wrong(ApiError, body)
  return fault && wrong(TaskNotFound, body) ? `not an error of the API: ${fault}` : ''
}

const isWhole = (stream: string) => eventsOf(stream).done || /\n\n: [^\n]+\n\n$/.test(stream)

/** A server of its own for each list of requests, so that what fails can be made smaller. */
async function play(list: readonly Sent[], atOnce: boolean): Promise<void> {
  const mock = await makeServer({ fixtures: [scripts], clock: 'manual', maxTasks: 3, maxRequests: 4, maxWorkspaces: 3 })
  const clocks = setInterval(() => mock.workspaces.all().forEach(({ clock }) => clock().advance!(1000)), 2)
  try {
    const url = await mock.listen(0, '127.0.0.1')
    const check = async (sent: Sent) => {
      const real = withTask(sent, mock)
      const got = await knock(url, real)
      const fault = faultOf(real, got)
      if (fault) throw new Error(`${fault}\n${json(real)}\n${json(got)}`)
    }
    if (atOnce) await Promise.all(list.map(check))
    else for (const sent of list) await check(sent)
  } finally {
    clearInterval(clocks)
    await mock.close()
  }
}

/** `<task>` stands for a task that there is. */
function withTask(sent: Sent, { workspaces }: Mock): Sent {
  const id =
    workspaces
      .all()
      .flatMap(({ tasks }) => tasks.all())
      .at(-1)?.id ?? '01K'
  return { ...sent, path: sent.path.replaceAll('<task>', id), body: sent.body?.replaceAll('<task>', id) }
}

for (const atOnce of [false, true]) {
  t.test(
    `whatever comes (${atOnce ? 'at once' : 'one after another'}) is answered: no 5xx, no stack trace, no hang`,
    async t => {
      let count = 0
      const property = fc.asyncProperty(fc.array(sent, { minLength: 1, maxLength: 12 }), async list => {
        await play(list, atOnce)
        count += list.length
      })
      await fc.assert(property, { numRuns, interruptAfterTimeLimit: budgetMs })
      t.ok(count > 100, `${count} requests`)
    },
  )
}
