import { Problem } from '../problem.ts'
import { parseAgentKey, parseAgentPattern } from '../language/agent-key.ts'
import { echo } from '../matching/echo.ts'
import { toolsCalled } from '../script/calls.ts'
import type { Script } from '../script/script.ts'
import { didYouMean } from '../spelling.ts'
import type { Entry } from '../workspace/journal.ts'
import type { Asked } from './context.ts'
import { isAgent, type Expectation } from './expectation.ts'

/** `never` holds of every name that nothing has: throws a Problem about those that are misspelt. */
export function demandKnownNames(asked: Asked, turns: readonly Entry[], expectations: readonly Expectation[]): void {
  const scripts = asked.libraries.flatMap(library => library.scripts)
  const played = turns.flatMap(({ script }) => script ?? [])
  const names = namesOf([...scripts, ...played, ...(asked.unmatched === 'echo' ? [echo] : [])])
  const came = new Set(turns.flatMap(({ agent }) => agent ?? []))
  const mayCome = (agent: string) =>
    asked.unmatched === 'echo' ||
    scripts.some(script => couldPlay(script, agent)) ||
    [...came].some(found => isAgent(found, agent))

  const faults = expectations.flatMap(({ script, agent }, index) => [
    ...(script === undefined || names.has(script) ? [] : [strange(index, 'script', script, names)]),
    ...(agent === undefined || mayCome(agent) ? [] : [strange(index, 'agent', agent, [...agentsOf(scripts), ...came])]),
    ...strangeTools(expectations[index]!, index, () => [...scripts, ...played].flatMap(toolsCalled)),
  ])
  if (faults.length > 0) throw new Problem('bad_body', faults.join('\n'), { hint: hintFor(asked) })
}

const namesOf = (scripts: readonly Script[]) => new Set(scripts.map(({ name }) => name))
const agentsOf = (scripts: readonly Script[]) =>
  new Set(scripts.flatMap(({ agent, agentText }) => (agent.kind === 'glob' ? [] : agentText)))

/** As `isAgent` has it: a name without a version stands for all versions. */
function couldPlay({ agent: pattern, agentText }: Script, name: string): boolean {
  const agent = parseAgentKey(name)
  switch (pattern.kind) {
    case 'version':
      return isAgent(pattern.full, name)
    case 'key':
      return pattern.key === agent.key
    case 'glob':
      return pattern.fits(agent) || (!agent.versioned && fitsSomeVersion(agentText, name))
  }
}

function fitsSomeVersion(agentText: string, key: string): boolean {
  const pattern = parseAgentPattern(parseAgentKey(agentText).key)
  return pattern.kind === 'glob' ? pattern.fits(parseAgentKey(key)) : pattern.kind === 'key' && pattern.key === key
}

function strangeTools({ when }: Expectation, index: number, calledBy: () => string[]): string[] {
  const wanted = when?.tool_result
  if (wanted === undefined) return []
  const called = new Set(calledBy())
  const tools = typeof wanted === 'string' ? [wanted] : Object.keys(wanted)
  return tools.filter(tool => !called.has(tool)).map(tool => strange(index, 'when.tool_result', tool, called))
}

const meanings = {
  script: 'a script that is loaded or has played',
  agent: 'an agent that a script could play for or that has come',
  'when.tool_result': 'a tool that a script calls',
}

function strange(index: number, place: keyof typeof meanings, found: string, known: Iterable<string>): string {
  return `body[${index}].${place} must name ${meanings[place]}; found ${JSON.stringify(found)}${didYouMean(found, [...known])}`
}

function hintFor({ lost }: Asked): string {
  return lost.overlays > 0
    ? 'Fixtures that were put for a key are gone, because its workspace was dropped for a new one: put them again, or start the mock with a higher --max-workspaces.'
    : 'GET /__admin/scripts lists what is loaded.'
}
