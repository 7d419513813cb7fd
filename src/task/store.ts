import { Problem } from '../problem.ts'
import { advance, type Task, type TaskEvent } from './task.ts'

/** The tasks of one workspace. Everything that reads or moves a task goes through here. */
export interface TaskStore {
  /** A task by id, if it belongs to this agent (a key without version). */
  find(id: string, agent: string): Task | undefined
  get(id: string): Task | undefined
  /** Throws a Problem where nothing may be dropped to make room. */
  add(task: Task): void
  move(id: string, event: TaskEvent): Task
  /** In the order they were opened. */
  all(): Task[]
  size(): number
  /** Throws the Problem that `add` would throw, before anything has moved. */
  demandPlace(): void
  /** How many are in progress. */
  running(): number
  /** How many tasks had to go for new ones. */
  dropped(): number
  clear(): void
}

/** Keeps at most `limit` tasks: the oldest that does not run goes for a new one. */
export function memoryStore(limit: number, onDrop: (task: Task) => void = () => {}): TaskStore {
  const tasks = new Map<string, Task>()
  // The ids, oldest first. The map knows them too, but walks over all that have gone to find the oldest.
  let order: string[] = []
  let dropped = 0
  let running = 0

  const demandPlace = () => {
    if (tasks.size >= limit && running === tasks.size) throw allRunning(limit)
  }
  const makeRoom = () => {
    const index = order.findIndex(id => tasks.get(id)!.state !== 'in_progress')
    // To shift a list costs far less than to splice it.
    const id = index === 0 ? order.shift()! : order.splice(index, 1)[0]!
    const task = tasks.get(id)!
    tasks.delete(task.id)
    dropped += 1
    onDrop(task)
  }

  return {
    find(id, agent) {
      const task = tasks.get(id)
      return task?.agent === agent ? task : undefined
    },
    get: id => tasks.get(id),
    demandPlace,
    add(task) {
      demandPlace()
      if (tasks.size >= limit) makeRoom()
      tasks.set(task.id, task)
      order.push(task.id)
      if (task.state === 'in_progress') running += 1
    },
    move(id, event) {
      const task = tasks.get(id)
      if (!task) throw new Error(`no task ${id}`)
      const moved = advance(task, event)
      tasks.set(id, moved)
      running += moved.state === 'in_progress' ? 1 : -1
      return moved
    },
    all: () => [...tasks.values()],
    size: () => tasks.size,
    running: () => running,
    dropped: () => dropped,
    clear() {
      tasks.clear()
      order = []
      dropped = 0
      running = 0
    },
  }
}

const allRunning = (limit: number) =>
  new Problem('limit_reached', `All ${limit} tasks of this workspace are running.`, {
    hint: 'Wait for one to end, or start the mock with a higher --max-tasks.',
    headers: { 'retry-after': '1' },
  })
