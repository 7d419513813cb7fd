import { compileWhen, type Engines } from '../criteria/criteria.ts'
import { parseAgentPattern } from '../language/agent-key.ts'
import { durationMs } from '../language/duration.ts'
import type { FixtureFile, Manner as MannerShape, Rate as RateShape, ScriptShape } from '../language/shape.ts'
import type { Source } from '../language/source.ts'
import { compileAnswer } from './compile-answer.ts'
import { compileSteps, type Compiler } from './compile-steps.ts'
import { unchanging } from './json-of.ts'
import { compileHold, compilePace } from './pace.ts'
import type { FixtureFolder } from './fixture-folder.ts'
import type { Attempt, Manner, Rate, Script } from './script.ts'
import { literal, substituted } from './template.ts'

export const defaultModel = 'openai/gpt-4o'

/** Turns a checked fixture into scripts. What can still go wrong are criteria that cannot be compiled: the caller has tried them. */
export function compileFixture(source: Source, engines: Engines, folder: FixtureFolder): Script[] {
  const fixture = source.value as FixtureFile
  const agentText = fixture.agent ?? '*'
  const agent = parseAgentPattern(agentText)
  return fixture.scripts.map((script, index) => {
    const key = `${source.name}\n${script.name}`
    const templates = (script.placeholders ?? fixture.placeholders ?? true) ? substituted : literal
    const compiler = { templates, folder }
    return {
      key,
      name: script.name,
      source: source.name,
      place: source.place(['scripts', index]),
      agent,
      agentText,
      profile: fixture.profile,
      after: script.after === undefined ? [] : [script.after].flat(),
      criteria: compileWhen(script.when, engines),
      attempts: attemptsOf(script, fixture, compiler),
      attemptsBy: script.attempts_by ?? 'key',
      attemptsOrder: script.attempts_order ?? 'in_turn',
      rate: rateOf(script.rate, key) ?? rateOf(fixture.rate, source.name),
      polls: (script.polls ?? []).map(answer => compileAnswer(answer, compiler)),
      split: script.split,
    }
  })
}

function attemptsOf(script: ScriptShape, fixture: FixtureFile, compiler: Compiler): [Attempt, ...Attempt[]] {
  const entries = script.attempts ?? [script.http ? { http: script.http } : { steps: script.steps ?? [] }]
  const usual = mannerOf(script, fixture)
  return entries.map(entry => {
    const weight = entry.weight ?? 1
    if ('http' in entry) return { kind: 'http', weight, answer: compileAnswer(entry.http, compiler) }
    const manner = script.attempts ? mannerOf({ ...script, ...entry }, fixture) : usual
    return { kind: 'play', weight, steps: compileSteps(entry.steps, compiler), manner }
  }) as [Attempt, ...Attempt[]]
}

function mannerOf(given: MannerShape, fixture: FixtureFile): Manner {
  return {
    model: given.model ?? fixture.model ?? defaultModel,
    pace: compilePace(given.pace ?? fixture.pace),
    hold: compileHold(given.hold),
    trail: given.trail ?? false,
    usage: given.usage && unchanging(given.usage),
    replyFault: given.reply_fault,
  }
}

const rateOf = (rate: RateShape | undefined, key: string): Rate | undefined =>
  rate && { key, requests: rate.requests, perMs: durationMs(rate.per) }
