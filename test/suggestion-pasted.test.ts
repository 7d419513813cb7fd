import * as fc from 'fast-check'
import t from 'tap'
import { stringify } from 'yaml'
import { noFolder } from '../src/script/fixture-folder.ts'
import { parseAgentKey } from '../src/language/agent-key.ts'
import type { Ask } from '../src/criteria/ask.ts'
import { toolsCalled } from '../src/script/calls.ts'
import { buildLibrary, type Library } from '../src/matching/library.ts'
import { loadScripts } from '../src/loading/load.ts'
import { matchScript } from '../src/matching/match.ts'
import type { Script } from '../src/script/script.ts'
import type { FixtureFile, ScriptShape } from '../src/language/shape.ts'
import { textSource } from '../src/loading/source-text.ts'
import { suggestFixture } from '../src/matching/suggestion.ts'

const odd = [
  '"',
  "'",
  '\\',
  '{{message.text}}',
  '{{',
  ': ',
  ' #',
  '- ',
  '\n',
  '\r\n',
  '\t',
  '\u2028',
  '\u0085',
  '👩‍👩‍👧‍👦',
  'Σ',
  'é',
  'null',
  'yes',
  '\ud800',
]
const word = fc.oneof(fc.constantFrom('refund', 'order', 'hello'), fc.constantFrom(...odd))
const text = fc.array(word, { maxLength: 5 }).map(words => words.join(''))
const tools = ['get_iban', 'get_mail', 'say "hello": [x]', '{{x}}', '-', 'null', 'é\n']
const tool = fc.constantFrom(...tools)
const scriptNames = [
  'refund',
  'new-script',
  'new-script-2',
  '{{x}}',
  'a: b',
  "it's",
  '"',
  '# x',
  'null',
  '- x',
  'é 👍\n',
]
const agents = ['shop', 'shop@1.0.0', 'sh*', '*', 'bank', '"a"', '- a', '{{a}}', 'null', '#', 'a@', '@', "it's"]
const files = ['a.yaml', 'deep er/b.yml', 'c.json', 'with "quotes".yaml', 'new\nline.yaml']

const criterion = fc.oneof(
  fc.record({ text: text.filter(one => one !== '') }),
  fc.record({ tool_result: tool }),
  fc.record({ tool_result: fc.dictionary(tool, fc.record({ country: fc.constantFrom('NL', 'BE') }), { maxKeys: 2 }) }),
  fc.record({ stream: fc.constant(true) }),
)
const calling = fc
  .uniqueArray(tool, { maxLength: 2 })
  .map(tools => [{ say: 'Well.' }, ...tools.map(call => ({ call }))])

/** After scripts that stand before it, if any: these can be reached. */
function scriptOf(name: string, before: readonly string[]) {
  const after = fc.subarray([...before], { maxLength: Math.min(2, before.length) })
  return fc.tuple(criterion, after, calling).map(([when, after, steps]): ScriptShape => ({
    name,
    when,
    ...(after.length > 0 ? { after } : {}),
    steps,
  }))
}

const fixtureFile = fc
  .uniqueArray(fc.constantFrom(...scriptNames), { minLength: 1, maxLength: 4 })
  .chain(names => fc.tuple(...names.map((name, index) => scriptOf(name, names.slice(0, index)))))
const fixture = fc.record({ agent: fc.constantFrom(...agents), scripts: fixtureFile })

/** One file calls every tool, so that any script may wait for its result. */
const everyTool: FixtureFile = { agent: 'tools', scripts: [{ name: 'tools', steps: tools.map(call => ({ call })) }] }
const folder = fc
  .tuple(fc.subarray(files, { minLength: 1, maxLength: 3 }), fc.tuple(fixture, fixture, fixture))
  .map(([names, fixtures]) => [
    ...names.map((name, index) => ({ name, text: written(name, fixtures[index]!) })),
    { name: 'tools.yaml', text: written('tools.yaml', everyTool) },
  ])

/** In the style of the README, where entries stand below `scripts:` by two spaces. */
const written = (name: string, { agent, scripts }: FixtureFile) =>
  name.endsWith('.json')
    ? JSON.stringify({ agent, scripts }, null, 2)
    : `agent: ${JSON.stringify(agent)}\nscripts:\n${stringify(scripts).replace(/^(?=.)/gm, '  ')}`

interface Written {
  name: string
  text: string
}

const libraryOf = async (folder: readonly Written[]): Promise<Library> =>
  buildLibrary(
    await loadScripts(folder.map(({ name, text }) => ({ source: textSource(name, text), folder: noFolder }))),
  )

function pasted(folder: readonly Written[], suggestion: string): Written[] {
  const [where = ''] = suggestion.split('\n', 1)
  if (where === '# a file of its own in the fixtures folder')
    return [...folder, { name: 'pasted.yaml', text: suggestion }]
  const [, shown = ''] = /^# append to the scripts of (.*)$/.exec(where) ?? []
  const entry = suggestion.slice(where.length + 1)
  const home = folder.find(({ name }) => name === shown || JSON.stringify(name) === shown)
  if (!home) throw new Error(`no file ${shown}`)
  const text = home.name.endsWith('.json')
    ? home.text.replace(/\n {2}\]\n\}$/, () => `,\n${entry}]}`)
    : `${home.text}${home.text.endsWith('\n') ? '' : '\n'}${entry}`
  return folder.map(file => (file === home ? { ...file, text } : file))
}

function askOf(agent: string, text: string, last: Script | undefined): Ask {
  const answers = last ? toolsCalled(last).map((tool, index) => ({ tool, callId: `${index}`, result: {} })) : []
  const nothing = { variables: undefined, metadata: undefined, identity: undefined, thread: undefined }
  const rest = { ...nothing, memory: undefined, conversation: undefined, headers: {}, body: {}, files: [] }
  const how = { api: 'v2', mode: 'sync', stream: false, background: false, role: 'user' } as const
  return { agent: parseAgentKey(agent), text, answers, ...how, ...rest }
}

t.test('a suggestion, pasted where it says, loads without a fault and matches the same request', async t => {
  const seen = { appended: 0, after: 0, own: 0, tool: 0 }
  await fc.assert(
    fc.asyncProperty(
      folder,
      fc.constantFrom(...agents),
      text,
      fc.nat(),
      fc.boolean(),
      async (folder, agent, text, pick, fresh) => {
        const library = await libraryOf(folder).catch(() => undefined)
        if (!library) return
        const before = library.forAgent(parseAgentKey(agent))
        const last = fresh ? undefined : before[pick % Math.max(1, before.length)]
        const ask = askOf(agent, text, last)
        if (matchScript([library], ask, last)) return
        const suggestion = suggestFixture([library], ask, last)
        const after = await libraryOf(pasted(folder, suggestion))
        const script = matchScript([after], ask, last)
        if (!script?.name.startsWith('new-script') || library.scripts.some(({ name }) => name === script.name))
          throw new Error(`does not match:\n${suggestion}`)
        if (last && !script.after.includes(last.name))
          throw new Error(`does not come after "${last.name}":\n${suggestion}`)
        seen.appended += suggestion.startsWith('# append') ? 1 : 0
        seen.own += suggestion.startsWith('# append') ? 0 : 1
        seen.after += script.after.length
        seen.tool += script.criteria.some(({ name }) => name.startsWith('tool_result')) ? 1 : 0
      },
    ),
    { numRuns: 1400 },
  )
  for (const [what, count] of Object.entries(seen)) t.ok(count > 20, `${what}: ${count}`)
})
