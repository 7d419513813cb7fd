import { Problem } from '../problem.ts'
import { firstToGo, type Claim } from './claim.ts'
import { advance, type Task, type TaskEvent } from './task.ts'

/** What shows a task in progress beside its state. Once it is no longer up, it stays so. */
export interface TaskHold {
  up(): boolean
  /** As long as it is up. */
  claim: Exclude<Claim, 'none'>
}

/** The tasks of one workspace. Everything that reads or moves a task goes through here. */
export interface TaskStore {
  /** A task by id, if it belongs to this agent (a key without version). */
  find(id: string, agent: string): Task | undefined
  get(id: string): Task | undefined
  /** Makes one more name lead to a task, as long as it is there: of a response, or of a call that waits for its answer. */
  name(id: string, name: string): void
  /** The youngest of the tasks that these names lead to. One name that several have had leads to the youngest. */
  named(names: readonly string[]): Task | undefined
  /** Throws a Problem where nothing may be dropped to make room. */
  add(task: Task): void
  move(id: string, event: TaskEvent): Task
  /** Of the task's latest turn. */
  hold(id: string, hold: TaskHold): void
  /** In the order they were opened. */
  all(): Task[]
  size(): number
  /** Throws the Problem that `add` would throw, before anything has moved. */
  demandPlace(): void
  /** How many are in progress. */
  running(): number
  /** The firmest claim on any of them. */
  claim(): Claim
  /** How many tasks had to go for new ones. */
  dropped(): number
  clear(): void
}

interface Place {
  task: Task
  hold: TaskHold | undefined
  names: readonly string[]
  /** Counts up, in the order tasks are opened. */
  number: number
}

const noNames: readonly string[] = []

const claimOn = ({ task, hold }: Place): Claim =>
  task.state === 'in_progress' ? 'firm' : hold?.up() ? hold.claim : 'none'

/** Keeps at most `limit` tasks: where there is no place for a new one, the oldest that may go goes. */
export function memoryStore(limit: number, onDrop: (task: Task) => void = () => {}): TaskStore {
  const places = new Map<string, Place>()
  // The same, oldest first. The map knows them too, but walks over all that have gone to find the oldest.
  let order: Place[] = []
  const byName = new Map<string, Place>()
  let opened = 0
  const held = { weak: new Set<Place>(), firm: new Set<Place>() }
  let dropped = 0
  let running = 0

  const makeRoom = () => {
    const place = firstToGo(order, claimOn)
    if (!place) throw allTaken(limit)
    // To shift a list costs far less than to splice it.
    if (place === order[0]) order.shift()
    else order.splice(order.indexOf(place), 1)
    places.delete(place.task.id)
    forget(held, place)
    for (const name of place.names) if (byName.get(name) === place) byName.delete(name)
    dropped += 1
    onDrop(place.task)
  }

  return {
    find(id, agent) {
      const task = places.get(id)?.task
      return task?.agent === agent ? task : undefined
    },
    get: id => places.get(id)?.task,
    name(id, name) {
      const place = placeOf(places, id)
      place.names = [...place.names, name]
      byName.set(name, place)
    },
    named(names) {
      const found = names.flatMap(name => byName.get(name) ?? [])
      return found.reduce<Place | undefined>(
        (one, other) => (one && one.number > other.number ? one : other),
        undefined,
      )?.task
    },
    demandPlace() {
      if (places.size >= limit && order.every(place => claimOn(place) === 'firm')) throw allTaken(limit)
    },
    add(task) {
      if (places.size >= limit) makeRoom()
      opened += 1
      const place = { task, hold: undefined, names: noNames, number: opened }
      places.set(task.id, place)
      order.push(place)
      if (task.state === 'in_progress') running += 1
    },
    move(id, event) {
      const place = placeOf(places, id)
      place.task = advance(place.task, event)
      running += place.task.state === 'in_progress' ? 1 : -1
      return place.task
    },
    hold(id, hold) {
      const place = placeOf(places, id)
      place.hold = hold
      held[hold.claim].add(place)
    },
    all: () => order.map(({ task }) => task),
    size: () => places.size,
    running: () => running,
    claim: () => (running > 0 || anyUp(held.firm) ? 'firm' : anyUp(held.weak) ? 'weak' : 'none'),
    dropped: () => dropped,
    clear() {
      places.clear()
      order = []
      byName.clear()
      held.weak.clear()
      held.firm.clear()
      dropped = 0
      running = 0
    },
  }
}

function placeOf(places: ReadonlyMap<string, Place>, id: string): Place {
  const place = places.get(id)
  if (!place) throw new Error(`no task ${id}`)
  return place
}

function forget({ weak, firm }: Record<TaskHold['claim'], Set<Place>>, place: Place): void {
  if (!place.hold) return
  weak.delete(place)
  firm.delete(place)
}

/** Forgets those that are no longer up on the way, so that each is passed once. */
function anyUp(held: Set<Place>): boolean {
  for (const place of held) {
    if (place.hold?.up()) return true
    held.delete(place)
  }
  return false
}

const allTaken = (limit: number) =>
  new Problem('limit_reached', `All ${limit} tasks of this workspace are running or held.`, {
    hint: 'Wait for one to end, release one, or start the mock with a higher --max-tasks.',
    headers: { 'retry-after': '1' },
  })
