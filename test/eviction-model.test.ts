import * as fc from 'fast-check'
import t from 'tap'
import { controlOf } from './control.ts'
import { fixture, start, user, type Started } from './kit.ts'

/** How long a task of each kind is in progress by the clock, whoever polls; `manual` until it is released. */
const kinds = { hello: 0, polled: 0, slow: 1000, timed: 1000, manual: Infinity } as const
type Kind = keyof typeof kinds

const scripts = fixture([
  { name: 'hello', when: { text: 'hello' }, hold: { polls: 0 }, steps: [{ say: 'Hello.' }] },
  { name: 'polled', when: { text: 'polled' }, hold: { polls: 3 }, steps: [{ say: 'Held.' }] },
  { name: 'slow', when: { text: 'slow' }, hold: { polls: 0 }, steps: [{ wait: '1s' }, { say: 'Done.' }] },
  { name: 'timed', when: { text: 'timed' }, hold: { for: '1s' }, steps: [{ say: 'Held.' }] },
  { name: 'manual', when: { text: 'manual' }, hold: 'manual', steps: [{ say: 'Held.' }] },
])
const limits = { maxTasks: 2, maxWorkspaces: 2 }

const key = fc.constantFrom('a', 'b', 'c')
const kind = fc.constantFrom(...(Object.keys(kinds) as Kind[]))
const nth = fc.nat({ max: 4 })
const act = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('open' as const), key, kind }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('continue' as const), key, kind, nth }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('poll' as const), key, nth }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('release' as const), key, nth }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('advance' as const), ms: fc.constantFrom(400, 1000) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reset' as const), key }) },
)
type Act = typeof act extends fc.Arbitrary<infer One> ? One : never

interface Known {
  id: string
  key: string
  kind: Kind
  leftMs: number
}

/** What a client knows: the tasks it was told of, and how long each is in progress. */
function makeClients({ url, as }: Started) {
  let tasks: Known[] = []
  const firm = (key?: string) => tasks.filter(task => task.leftMs > 0 && (key === undefined || task.key === key))
  const pick = (key: string, nth: number) => tasks.filter(task => task.key === key).at(-1 - nth)

  async function ask(key: string, kind: Kind, continued?: Known): Promise<void> {
    const more = continued ? { task_id: continued.id } : {}
    const post = () => as(key).post({ message: user(kind), background: true, ...more })
    let reply = await post()
    // A reply may be here before the server has heard that its connection is done with it.
    for (let tries = 0; reply.status === 429 && !isExpected(key, reply.body.message) && tries < 100; tries += 1) {
      await new Promise(resolve => setTimeout(resolve, 20))
      reply = await post()
    }
    const { status, body } = reply
    if (status !== 200) return judge(key, status, body.message, continued)
    const before = continued ?? { id: body.task_id as string, key, kind, leftMs: 0 }
    if (before.leftMs > 0) throw new Error(`${before.kind} was in progress, and went on`)
    if (!continued) tasks.push(before)
    Object.assign(before, { kind, leftMs: kinds[kind] })
    if ((await as(key).get(before.id)).status !== 200) throw new Error(`${kind} was answered, and is nowhere`)
  }

  /** A limit refuses only where everything is counted on. */
  function isExpected(key: string, message: string): boolean {
    if (/tasks of this/.test(message)) return firm(key).length === limits.maxTasks
    const others = new Set(firm().map(task => task.key))
    return /workspaces/.test(message) && !others.has(key) && others.size === limits.maxWorkspaces
  }

  function judge(key: string, status: number, message: string, continued?: Known): void {
    if (status === 429 && isExpected(key, message)) return
    if (continued && [400, 404].includes(status) && !(status === 404 && continued.leftMs > 0)) return
    throw new Error(`${key}: ${status} ${message}`)
  }

  return {
    async act(one: Act): Promise<void> {
      switch (one.do) {
        case 'open':
          return ask(one.key, one.kind)
        case 'continue': {
          const task = pick(one.key, one.nth)
          return task && ask(one.key, one.kind, task)
        }
        case 'poll':
          await as(one.key).get(pick(one.key, one.nth)?.id ?? 'none')
          return
        case 'release': {
          const task = pick(one.key, one.nth)
          if (task?.kind !== 'manual') return
          await controlOf(url, one.key).post(`/tasks/${task.id}/release`)
          task.leftMs = 0
          return
        }
        case 'advance':
          await controlOf(url).advance(one.ms)
          for (const task of tasks) task.leftMs = Math.max(0, task.leftMs - one.ms)
          return
        case 'reset':
          await controlOf(url, one.key).post('/reset')
          tasks = tasks.filter(task => task.key !== one.key)
      }
    },
    async demandFirm(): Promise<void> {
      for (const { id, key, kind } of firm()) {
        const { status, body } = await as(key).get(id)
        if (status !== 200 || body.status !== 'in_progress')
          throw new Error(`${kind} of ${key} is counted on: ${status} ${body.status}`)
      }
    },
  }
}

t.test('what runs or is held is never dropped, what is answered is there, and nothing else refuses', async t => {
  const started = await start(t, { fixtures: [scripts], clock: 'manual', ...limits })
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 60, size: 'max' }), async acts => {
      await controlOf(started.url).post('/reset')
      const clients = makeClients(started)
      for (const one of acts) {
        await clients.act(one)
        await clients.demandFirm()
      }
    }),
    { numRuns: 20 },
  )
  t.pass()
})
