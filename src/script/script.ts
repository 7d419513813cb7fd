import type { FilePart, OutputPart, StreamPart } from '../contract/parts.ts'
import type { FinishReason, Message, Usage } from '../contract/response.ts'
import type { AgentPattern } from '../language/agent-key.ts'
import type { Criterion } from '../criteria/criteria.ts'
import type { Spoken } from './spoken.ts'
import type { Render, Text } from './template.ts'

/** A script, ready to be matched and played. */
export interface Script {
  /** Tells it from all others, also after a reload. */
  key: string
  name: string
  /** The fixture it comes from; with the name it says which script this is, also after a reload. */
  source: string
  /** Where it stands: `fixtures/support.yaml:14`. */
  place: string
  agent: AgentPattern
  /** The agent as the fixture names it. */
  agentText: string
  /** What its file says of the agent itself. */
  profile: object | undefined
  after: readonly string[]
  criteria: readonly Criterion[]
  attempts: readonly [Attempt, ...Attempt[]]
  attemptsBy: AttemptsBy
  attemptsOrder: 'in_turn' | 'cycle' | 'random'
  rate: Rate | undefined
  /** Answers to the first GETs of a task. */
  polls: readonly HttpAnswer[]
  /** A reply leaves in pieces of so many bytes. */
  split: number | undefined
}

/** Whose requests count together. */
export type AttemptsBy = 'key' | 'task' | 'thread' | 'conversation' | 'identity'

/** So many requests in a window, counted for this script or for all of its file. */
export interface Rate {
  /** Those that count together have the same. */
  key: string
  requests: number
  perMs: number
}

/** How a turn is played and told, whatever its steps. */
export interface Manner {
  model: string
  pace: Pace
  hold: Hold
  trail: boolean
  /** Undefined: it is estimated. */
  usage: Usage | null | undefined
  replyFault: ReplyFault | undefined
}

export type ReplyFault = 'reset' | 'hang' | 'garbage'

/** Says which script a task played last. */
export interface ScriptRef {
  name: string
  source: string
}

export type Attempt = { weight: number } & (
  { kind: 'play'; steps: readonly Step[]; manner: Manner } | { kind: 'http'; answer: HttpAnswer }
)

export type HttpAnswer = { delayMs: number } & (
  | { kind: 'status'; status: number; headers: Record<string, Text>; body: AnswerBody | undefined }
  | { kind: 'fault'; fault: ReplyFault }
)

export interface AnswerBody {
  render: Render<unknown>
  /** The content type of a text, where it is not plain text. */
  type: string | undefined
}

export interface Pace {
  /** Before the run begins. */
  headersMs: number
  firstMs: number
  /** Or how pauses with a long tail are drawn. */
  eachMs: number | { p50Ms: number; p99Ms: number }
  /** A share of each pause, 0 to 1. */
  jitter: number
}

export type Hold = { kind: 'polls'; polls: number } | { kind: 'time'; forMs: number } | { kind: 'manual' }

export type CutKind = 'end' | 'reset' | 'stall' | 'garbage'

type Arguments = Render<Record<string, unknown>>

export type Step =
  | { do: 'say'; text: Render<Spoken> }
  | { do: 'think'; text: Render<Spoken> }
  | { do: 'part'; part: Render<StreamPart & OutputPart> }
  | ToolStep
  | { do: 'together'; tools: readonly ToolStep[] }
  | {
      do: 'review'
      name: string
      arguments: Arguments
      outcome: 'approved' | 'rejected' | 'manual'
      takesMs: number
      approved: readonly Step[]
      rejected: readonly Step[]
    }
  | { do: 'call'; name: string; arguments: Arguments; argumentsText: Text | undefined; id: Text | undefined }
  | { do: 'message'; message: Render<Omit<Message, 'messageId'> & { messageId?: string }> }
  | { do: 'wait'; ms: number }
  | { do: 'fail'; error: Text; code: number }
  | { do: 'finish'; reason: FinishReason }
  | { do: 'cut'; cut: CutKind; afterChunks: number }
  | { do: 'raw'; text: Text }

export interface ToolStep {
  do: 'tool'
  name: string
  arguments: Arguments
  outcome: ToolOutcome
  takesMs: number
}

type ToolOutcome = { kind: 'result'; result: Render<unknown> } | { kind: 'error'; error: Text }

export type FileContent = FilePart['file']
