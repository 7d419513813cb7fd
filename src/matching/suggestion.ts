import type { Ask } from '../criteria/ask.ts'
import { toolsCalled } from '../script/calls.ts'
import type { Library } from './library.ts'
import type { Script, ScriptRef } from '../script/script.ts'
import type { ScriptShape } from '../language/shape.ts'

/** The fixture that a new script goes into. */
interface Home {
  source: string
  after: string | undefined
  /** Those whose tools it may wait for. */
  libraries: readonly Library[]
}

/**
 * A script, ready to paste, that would have matched, with a comment that says where. `after` and names are only known
 * within a fixture: where the agent, or the task's last script, has one, it is an entry of that, else a file of its own.
 */
export function suggestFixture(libraries: readonly Library[], ask: Ask, last?: ScriptRef): string {
  const home = homeOf(libraries, ask, last)
  const script = {
    name: freeName(libraries),
    ...(home?.after === undefined ? {} : { after: home.after }),
    ...whenOf(ask, home?.libraries ?? libraries.slice(-1)),
    steps: [{ say: 'What the agent answers.' }],
  }
  if (!home) return wholeFile(ask, script)
  const where = `# append to the scripts of ${/[\p{Cc}\u2028\u2029]/u.test(home.source) ? JSON.stringify(home.source) : home.source}\n`
  return where + (/\.ya?ml$/i.test(home.source) ? yamlEntry(script) : `${JSON.stringify(script, null, 2)}\n`)
}

function homeOf(libraries: readonly Library[], { agent }: Ask, last: ScriptRef | undefined): Home | undefined {
  const isLast = ({ name, source }: Script) => name === last?.name && source === last.source
  const isOwn = (script: Script) => script.agent.kind !== 'glob'
  for (const fits of [isLast, isOwn]) {
    for (const [index, library] of libraries.entries()) {
      const found = library.forAgent(agent).find(fits)
      // An overlay may wait for what the scripts under it call, but not the other way round.
      if (found)
        return {
          source: found.source,
          after: isLast(found) ? found.name : undefined,
          libraries: libraries.slice(index),
        }
    }
  }
  return undefined
}

function freeName(libraries: readonly Library[]): string {
  const taken = new Set(libraries.flatMap(({ scripts }) => scripts.map(({ name }) => name)))
  let name = 'new-script'
  for (let count = 2; taken.has(name); count += 1) name = `new-script-${count}`
  return name
}

function whenOf({ answers, text }: Ask, libraries: readonly Library[]): Pick<ScriptShape, 'when'> {
  const known = new Set(answers.length === 0 ? [] : libraries.flatMap(({ scripts }) => scripts.flatMap(toolsCalled)))
  const answer = answers.find(({ tool }) => known.has(tool))
  if (answer) return { when: { tool_result: answer.tool } }
  const line = firstLine(text)
  return line === undefined ? {} : { when: { text: line } }
}

function firstLine(text: string): string | undefined {
  const line = text
    .split('\n')
    .map(part => part.trim())
    .find(part => part !== '')
  return line === undefined ? undefined : Array.from(line.slice(0, 200)).slice(0, 80).join('').trim()
}

function wholeFile(ask: Ask, script: ScriptShape): string {
  const agent = /^[^\s/]+$/.test(ask.agent.full) ? ask.agent.full : '*'
  return `# a file of its own in the fixtures folder\nagent: ${JSON.stringify(agent)}\nscripts:\n${yamlEntry(script)}`
}

/** JSON is YAML too. */
function yamlEntry({ name, after, when, steps }: ScriptShape): string {
  const [condition] = Object.entries(when ?? {})
  return [
    `  - name: ${name}`,
    ...(after === undefined ? [] : [`    after: ${JSON.stringify(after)}`]),
    ...(condition === undefined ? [] : [`    when: { ${condition[0]}: ${JSON.stringify(condition[1])} }`]),
    '    steps:',
    ...(steps ?? []).map(step => `      - say: ${'say' in step && typeof step.say === 'string' ? step.say : ''}`),
    '',
  ].join('\n')
}
