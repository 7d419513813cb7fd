import { parseAgentPattern } from '../language/agent-key.ts'
import { unchanging } from './json-of.ts'
import { compileAnswer, compileSteps, type FileReader } from './compile-steps.ts'
import { compileWhen, type Engines } from '../criteria/criteria.ts'
import { durationMs } from '../language/duration.ts'
import type { Attempt, Hold, Pace, Script } from './script.ts'
import type { FixtureFile, Hold as HoldShape, Pace as PaceShape, ScriptShape } from '../language/shape.ts'
import type { Source } from '../language/source.ts'

const defaultModel = 'openai/gpt-4o'
const instant: Pace = { firstMs: 0, eachMs: 0, jitter: 0 }
const realistic: Pace = { firstMs: 300, eachMs: 30, jitter: 0.2 }

/** Turns a checked fixture into scripts. What can still go wrong are criteria that cannot be compiled: the caller has tried them. */
export function compileFixture(source: Source, engines: Engines, readFile: FileReader): Script[] {
  const fixture = source.value as FixtureFile
  const agentText = fixture.agent ?? '*'
  const agent = parseAgentPattern(agentText)
  return fixture.scripts.map((script, index) => ({
    key: `${source.name}\n${script.name}`,
    name: script.name,
    source: source.name,
    place: source.place(['scripts', index]),
    agent,
    agentText,
    after: script.after === undefined ? [] : [script.after].flat(),
    criteria: compileWhen(script.when, engines),
    attempts: attemptsOf(script, readFile),
    model: script.model ?? fixture.model ?? defaultModel,
    pace: compilePace(script.pace ?? fixture.pace),
    hold: compileHold(script.hold),
    polls: (script.polls ?? []).map(compileAnswer),
    trail: script.trail ?? false,
    usage: script.usage && unchanging(script.usage),
  }))
}

function attemptsOf(script: ScriptShape, readFile: FileReader): [Attempt, ...Attempt[]] {
  const entries = script.attempts ?? [script.http ? { http: script.http } : { steps: script.steps ?? [] }]
  return entries.map(entry =>
    'http' in entry
      ? { kind: 'http', answer: compileAnswer(entry.http) }
      : { kind: 'play', steps: compileSteps(entry.steps, readFile) },
  ) as [Attempt, ...Attempt[]]
}

export function compilePace(pace: PaceShape | undefined): Pace {
  if (pace === undefined || pace === 'instant') return instant
  if (pace === 'realistic') return realistic
  return { firstMs: durationMs(pace.first), eachMs: durationMs(pace.each), jitter: pace.jitter ?? 0 }
}

export function compileHold(hold: HoldShape | undefined): Hold {
  if (hold === undefined) return { kind: 'polls', polls: 1 }
  if (hold === 'manual') return { kind: 'manual' }
  return 'polls' in hold ? { kind: 'polls', polls: hold.polls } : { kind: 'time', forMs: durationMs(hold.for) }
}
