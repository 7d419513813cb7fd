import type { FixtureFile } from '../src/language/shape.ts'
import { makeServer, type Mock } from '../src/server.ts'
import type { Task } from '../src/task/task.ts'
import { breath, exchange, until, type Exchange } from './exchange.ts'
import { results, user } from './kit.ts'

/**
 * What one client does, one after another. `nth` names a task by its age; there may be none. `leave` opens a stream and
 * hangs up.
 */
export type Act =
  | { do: 'ask'; text: string; mode: Mode; nth?: number }
  | { do: 'answer'; mode: Mode; nth: number; all: boolean }
  | { do: 'poll'; nth: number }
  | { do: 'advance'; ms: number }
  | { do: 'leave' }

type Mode = 'sync' | 'background' | 'stream'

/** A client: its API key, and what it does. */
export interface Client {
  key: string
  acts: Act[]
}

export const words = [
  'hello',
  'slow',
  'jitter',
  'refund',
  'fail',
  'flaky',
  'cut',
  'held',
  'released',
  'chance',
  'limited',
  'drawn',
  'lost',
  'nothing',
] as const

const fixture: FixtureFile = {
  scripts: [
    {
      name: 'hello',
      when: { text: 'hello' },
      trail: true,
      steps: [{ tool: 'look', result: 1 }, { say: 'Hi, {{task.id}}.' }],
    },
    {
      name: 'slow',
      when: { text: 'slow' },
      pace: { first: '300ms', each: '50ms' },
      steps: [
        { think: 'Slowly now.' },
        { say: 'It is {{now}} now.' },
        { wait: '1s' },
        { say: 'And now it is {{now}}.' },
      ],
    },
    {
      name: 'jitter',
      when: { text: 'jitter' },
      pace: { each: '100ms', jitter: 0.5 },
      steps: [{ say: 'One two three four.' }],
    },
    {
      name: 'refund',
      when: { text: 'refund' },
      steps: [{ say: 'To whom?' }, { call: 'get_iban' }, { call: 'get_name' }],
    },
    {
      name: 'paid',
      after: 'refund',
      when: { tool_result: 'get_iban' },
      attempts: [
        { http: { status: 502 } },
        { steps: [{ wait: '200ms' }, { say: 'Paid to {{tool_results.get_name}}.' }] },
      ],
    },
    {
      name: 'fail',
      when: { text: 'fail' },
      steps: [{ say: 'Let me see.' }, { wait: '200ms' }, { fail: 'No.', code: 422 }],
    },
    {
      name: 'flaky',
      when: { text: 'flaky' },
      attempts: [
        { http: { status: 429, headers: { 'retry-after': '1' } } },
        { steps: [{ say: 'Half an ans' }, { cut: 'garbage' }] },
        { http: { fault: 'reset' } },
        { steps: [{ say: 'Here I am.' }] },
      ],
    },
    {
      name: 'cut',
      when: { text: 'cut' },
      steps: [{ say: 'Half.' }, { wait: '150ms' }, { cut: 'reset' }, { wait: '1s' }, { say: 'Whole.' }],
    },
    { name: 'held', when: { text: 'held' }, hold: { for: '2s' }, polls: [{ status: 503 }], steps: [{ say: 'Held.' }] },
    { name: 'released', when: { text: 'released' }, hold: { polls: 3 }, steps: [{ say: 'Three polls.' }] },
    {
      name: 'chance',
      when: { text: 'chance' },
      attempts_order: 'random',
      attempts: [{ weight: 3, steps: [{ say: 'Fine.' }] }, { http: { status: 503 } }, { steps: [{ say: '{{uuid}}' }] }],
    },
    {
      name: 'limited',
      when: { text: 'limited' },
      rate: { requests: 2, per: '1s' },
      attempts_by: 'task',
      attempts: [{ steps: [{ say: 'First.' }] }, { steps: [{ say: 'Again, {{uuid}}.' }] }],
    },
    {
      name: 'drawn',
      when: { text: 'drawn' },
      pace: { headers: '100ms', each: { p50: '40ms', p99: '400ms' } },
      split: 50,
      steps: [
        {
          together: [
            { tool: 'a', takes: '90ms' },
            { tool: 'b', takes: '30ms' },
          ],
        },
        { say: 'One two three.' },
      ],
    },
    { name: 'lost', when: { text: 'lost' }, reply_fault: 'reset', steps: [{ say: 'Never heard.' }] },
  ],
}

const agent = '/v2/agents/support/responses'
/** More than any script takes. */
const longMs = 60_000
/** Of all headers, only this tells of the moment. */
const passing = 'date'

/** Plays clients against one server; `inOrder` decides who acts when. Answers, for each client, what each act brought. */
export async function playClients(
  clients: readonly Client[],
  inOrder: (acts: Playable[]) => Promise<void>,
): Promise<string[][]> {
  const mock = await makeServer({ fixtures: [fixture], clock: 'manual', seed: 'golden' })
  try {
    const url = await mock.listen(0, '127.0.0.1')
    const played = clients.map(client => playable(mock, url, client))
    await inOrder(played)
    return await Promise.all(played.map(client => client.records()))
  } finally {
    await mock.close()
  }
}

/** A client under way. */
interface Playable {
  /** Does the next act; false where none is left. */
  next(): Promise<boolean>
  records(): Promise<string[]>
}

function playable(mock: Mock, url: string, { key, acts }: Client): Playable {
  const workspace = mock.workspaces.of(key)
  const brought: Exchange[] = []
  const tasks = () => workspace.tasks.all()
  let done = 0

  const send = async (path: string, body?: unknown) => {
    const before = turnsOf(tasks())
    const sent = exchange(url, { key, path, body })
    brought.push(sent)
    // A run may have begun long before the reply does: until one of both is seen, the clock must stand still.
    await until('taken up', () => sent.ending() !== undefined || sent.status() > 0 || turnsOf(tasks()) !== before)
    // A JSON reply that has begun comes whole; a later act must not find its task sooner or later than that.
    if (sent.status() > 0 && !isStream(sent)) await sent.ended
  }
  const post = (mode: Mode, body: Record<string, unknown>) =>
    send(agent, { ...body, ...(mode === 'sync' ? {} : { [mode]: true }) })
  const taskId = (nth: number) => tasks()[nth]?.id ?? '01KDVDNA00FADW9CS2FYCKHEEA'

  const play = async (act: Act): Promise<void> => {
    switch (act.do) {
      case 'ask':
        return post(act.mode, {
          message: user(act.text),
          ...(act.nth === undefined ? {} : { task_id: taskId(act.nth) }),
        })
      case 'answer': {
        const task = tasks()[act.nth]
        const calls = task?.state === 'inactive' ? task.turn.calls : []
        const answered = act.all ? calls : calls.slice(1)
        const message = results(Object.fromEntries(answered.map(({ id, name }) => [id, `${name} of ${key}`])))
        return post(act.mode, { message, task_id: taskId(act.nth) })
      }
      case 'poll':
        return send(`${agent}/${taskId(act.nth)}`)
      case 'advance':
        workspace.clock().advance!(act.ms)
        return
      case 'leave':
        await post('stream', { message: user('slow') })
        return brought.at(-1)!.leave()
    }
  }

  return {
    async next() {
      const act = acts[done]
      if (!act) return false
      done += 1
      await play(act)
      return true
    },
    async records() {
      workspace.clock().advance!(longMs)
      await Promise.all(brought.map(sent => sent.ended))
      await breath()
      return [...brought.map(recordOf), JSON.stringify(tasks())]
    },
  }
}

const turnsOf = (tasks: readonly Task[]) =>
  tasks.map(task => (task.state === 'in_progress' ? task.head : task.turn.head).ids.response).join(' ')

const isStream = (sent: Exchange) => sent.headers()['content-type'] === 'text/event-stream'

/** To the byte. Of a client that has left, nobody can say how much had reached it. */
function recordOf(sent: Exchange): string {
  if (sent.ending() === 'left') return '<left>'
  const headers = Object.entries(sent.headers())
    .filter(([name]) => name !== passing)
    .map(([name, value]) => `${name}: ${String(value)}\n`)
  return `${sent.status()}\n${headers.join('')}\n${sent.received()}<${sent.ending()}>`
}

/** All acts of one client, then all of the next. */
export async function oneAfterAnother(clients: readonly Playable[]): Promise<void> {
  for (const client of clients) while (await client.next());
}

/** Every client as fast as it can. */
export async function allAtOnce(clients: readonly Playable[]): Promise<void> {
  await Promise.all(clients.map(client => oneAfterAnother([client])))
}

/** In waves: each number says, bit by bit, which of the clients that are not done act together. */
export const inWaves =
  (waves: readonly number[]) =>
  async (clients: readonly Playable[]): Promise<void> => {
    let left = [...clients]
    for (let turn = 0; left.length > 0; turn += 1) {
      const wave = waves[turn % waves.length]!
      const acting = left.filter((_, index) => (wave >> (index % 30)) & 1)
      const chosen = acting.length > 0 ? acting : left.slice(0, 1)
      const more = await Promise.all(chosen.map(client => client.next()))
      left = left.filter(client => !chosen.includes(client) || more[chosen.indexOf(client)])
    }
  }

/** What clients got on one server and not on the other. */
export function leaks(clients: readonly Client[], one: readonly string[][], other: readonly string[][]): string[] {
  return one.flatMap((records, client) =>
    records.flatMap((record, index) =>
      record === other[client]?.[index] && records.length === other[client].length
        ? []
        : `${clients[client]?.key}, act ${index}:\n${record}\n— but —\n${other[client]?.[index]}`,
    ),
  )
}
