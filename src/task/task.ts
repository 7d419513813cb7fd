import type { OutputPart } from '../contract/parts.ts'
import type { FinishReason, Message, Usage } from '../contract/response.ts'

/** What stays the same through a conversation. */
interface Identity {
  id: string
  /** The agent key, without a version. */
  agent: string
  /** Of its first turn. */
  opened: TurnHead
}

/** What is known of a turn from its first moment on. */
export interface TurnHead {
  /** The API that it was asked by. */
  api: 'v2' | 'v3'
  /** The response that it continues, where responses are told apart. */
  previous: string | undefined
  /** The task that the conversation began with, where it is another one. */
  root: string | undefined
  /** What its replies repeat of the request, as JSON, where an API has them do so. */
  echo: string | undefined
  ids: TurnIds
  startedAtMs: number
  model: string
  /** As the client has named it. */
  userMessageId: string | undefined
  script: PlayedScript
}

interface TurnIds {
  readonly response: string
  /** Of the agent's message. */
  readonly message: string
  /** Of the user's message, where the client names none. */
  readonly userMessage: string
  readonly workflowRun: string
  readonly trace: string
  readonly span: string
}

interface PlayedScript {
  name: string
  source: string
}

/** A call of the client's tool. */
export interface ToolCall {
  id: string
  name: string
  arguments: Record<string, unknown>
  /** As the model gave them, where they may be no JSON. */
  argumentsText: string | undefined
}

/** What a turn has brought. */
export interface Turn {
  head: TurnHead
  /** Of the agent's message. */
  parts: readonly OutputPart[]
  /** What comes after the agent's message. */
  further: readonly Message[]
  /** Calls that wait for the client's answer. */
  calls: readonly ToolCall[]
  finish: FinishReason
  /** As the script says; undefined: `estimateOf` guesses. */
  usage: Usage | null | undefined
  /** Characters of the user and of the agent. */
  asked: number
  answered: number
}

export interface Failure {
  error: string
  /** An HTTP status. */
  code: number
}

export type Task =
  | (Identity & { state: 'in_progress'; head: TurnHead })
  | (Identity & { state: 'inactive'; turn: Turn })
  | (Identity & { state: 'errored'; turn: Turn; failure: Failure })

export type TaskEvent =
  { type: 'continue'; head: TurnHead } | { type: 'finish'; turn: Turn } | { type: 'fail'; turn: Turn; failure: Failure }

/** A move that the state of a task does not allow: a fault of this program, never of a client. */
export class IllegalMove extends Error {
  constructor(task: Task, event: TaskEvent) {
    super(`task ${task.id} is ${task.state} and cannot ${event.type}`)
    this.name = 'IllegalMove'
  }
}

/** A task that begins its first turn. */
export function openTask(id: string, agent: string, head: TurnHead): Task {
  return { id, agent, opened: head, state: 'in_progress', head }
}

/** The only way a task changes. Throws IllegalMove. */
export function advance(task: Task, event: TaskEvent): Task {
  const { id, agent, opened } = task
  if (event.type === 'continue' && task.state === 'inactive')
    return { id, agent, opened, state: 'in_progress', head: event.head }
  if (event.type === 'finish' && task.state === 'in_progress')
    return { id, agent, opened, state: 'inactive', turn: event.turn }
  if (event.type === 'fail' && task.state === 'in_progress')
    return { id, agent, opened, state: 'errored', turn: event.turn, failure: event.failure }
  throw new IllegalMove(task, event)
}

/** Of its latest turn. */
export const headOf = (task: Task): TurnHead => (task.state === 'in_progress' ? task.head : task.turn.head)

/** The task that the conversation began with. */
export const rootOf = (task: Task): string => headOf(task).root ?? task.id

/** What the task played last, or is playing. */
export const lastScript = (task: Task): PlayedScript => headOf(task).script
