import t from 'tap'
import {
  advance,
  IllegalMove,
  openTask,
  type Task,
  type TaskEvent,
  type Turn,
  type TurnHead,
} from '../src/task/task.ts'

const head: TurnHead = {
  ids: { response: 'resp_1', message: 'A', userMessage: 'U', workflowRun: 'W', trace: 'T', span: 'S' },
  api: 'v2',
  previous: undefined,
  root: undefined,
  echo: undefined,
  startedAtMs: 1,
  model: 'openai/gpt-4o',
  userMessageId: undefined,
  script: { name: 'one', source: 'file' },
}
const turn: Turn = { head, parts: [], further: [], calls: [], finish: 'stop', usage: {}, asked: 0, answered: 0 }
const failure = { error: 'broken', code: 500 }

const fresh = openTask('task', 'support', head)
const states: Record<Task['state'], Task> = {
  in_progress: fresh,
  inactive: advance(fresh, { type: 'finish', turn }),
  errored: advance(fresh, { type: 'fail', turn, failure }),
}
const events: Record<TaskEvent['type'], TaskEvent> = {
  continue: { type: 'continue', head: { ...head, ids: { ...head.ids, response: 'resp_2' } } },
  finish: { type: 'finish', turn },
  fail: { type: 'fail', turn, failure },
}

const moves: Record<Task['state'], Record<TaskEvent['type'], Task['state'] | 'refused'>> = {
  in_progress: { continue: 'refused', finish: 'inactive', fail: 'errored' },
  inactive: { continue: 'in_progress', finish: 'refused', fail: 'refused' },
  errored: { continue: 'refused', finish: 'refused', fail: 'refused' },
}

for (const [from, row] of Object.entries(moves) as [Task['state'], (typeof moves)['inactive']][]) {
  for (const [type, to] of Object.entries(row) as [TaskEvent['type'], Task['state'] | 'refused'][]) {
    t.test(`${from} --${type}--> ${to}`, async t => {
      const task = states[from]
      if (to === 'refused') {
        t.throws(() => advance(task, events[type]), IllegalMove)
        t.equal(task.state, from, 'and stays as it was')
        return
      }
      const moved = advance(task, events[type])
      t.equal(moved.state, to)
      t.match(moved, { id: 'task', agent: 'support', opened: head }, 'it keeps its identity')
      t.equal(task.state, from, 'the old value is not changed')
    })
  }
}

t.test('each state has only the fields it has', async t => {
  t.strictSame(Object.keys(states.in_progress).sort(), ['agent', 'head', 'id', 'opened', 'state'])
  t.strictSame(Object.keys(states.inactive).sort(), ['agent', 'id', 'opened', 'state', 'turn'])
  t.strictSame(Object.keys(states.errored).sort(), ['agent', 'failure', 'id', 'opened', 'state', 'turn'])
})
