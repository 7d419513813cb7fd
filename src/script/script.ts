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
  after: readonly string[]
  criteria: readonly Criterion[]
  attempts: readonly [Attempt, ...Attempt[]]
  model: string
  pace: Pace
  hold: Hold
  /** Answers to the first GETs of a task. */
  polls: readonly HttpAnswer[]
  trail: boolean
  usage: Usage | undefined
}

/** Says which script a task played last. */
export interface ScriptRef {
  name: string
  source: string
}

export type Attempt = { kind: 'play'; steps: readonly Step[] } | { kind: 'http'; answer: HttpAnswer }

export type HttpAnswer =
  | { kind: 'status'; status: number; headers: Record<string, Text>; body: Render<unknown> | undefined }
  | { kind: 'fault'; fault: 'reset' | 'hang' | 'garbage' }

export interface Pace {
  firstMs: number
  eachMs: number
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
  | { do: 'tool'; name: string; arguments: Arguments; outcome: ToolOutcome; takesMs: number }
  | {
      do: 'review'
      name: string
      arguments: Arguments
      outcome: 'approved' | 'rejected' | 'manual'
      approved: readonly Step[]
      rejected: readonly Step[]
    }
  | { do: 'call'; name: string; arguments: Arguments; id: Text | undefined }
  | { do: 'message'; message: Render<Omit<Message, 'messageId'> & { messageId?: string }> }
  | { do: 'wait'; ms: number }
  | { do: 'fail'; error: Text; code: number }
  | { do: 'finish'; reason: FinishReason }
  | { do: 'cut'; cut: CutKind; afterChunks: number }
  | { do: 'raw'; text: Text }

type ToolOutcome = { kind: 'result'; result: Render<unknown> } | { kind: 'error'; error: Text }

export type FileContent = FilePart['file']
