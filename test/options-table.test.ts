import { readFileSync } from 'node:fs'
import t from 'tap'
import { execFlags } from '../src/cli/exec.ts'
import { healthcheckFlags } from '../src/cli/healthcheck.ts'
import { aboutOf, usageOf } from '../src/cli/help.ts'
import { validateFlags } from '../src/cli/validate.ts'
import { envName, flagName, shownDefault, type Options } from '../src/options/option.ts'
import { guestOptions, options } from '../src/options/table.ts'

const read = (file: string) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8')

const onExecOnly = Object.fromEntries(Object.entries(execFlags).filter(([name]) => !(name in options)))
const flags: Options = { ...options, ...onExecOnly }

/** A cell of a table, the parts of a list in it, or a dash. */
const partsOf = (cell: string) => cell.split(', ').map(part => part.replaceAll('`', '').replace(/^–?$/, ''))

t.test('the table of flags in the README has every flag, as it is written, with its default', async t => {
  const [, table = ''] = /\n\| flag \| default \| \|\n\|[-|]+\|\n((?:\|.*\n)+)/.exec(read('README.md')) ?? []
  const rows = table.trim().split('\n')
  const told = rows.flatMap(row => {
    const [, named = '', defaults = ''] = row.split(/(?<!\\)\|/).map(cell => cell.trim().replaceAll('\\|', '|'))
    const shown = partsOf(defaults)
    return partsOf(named.replace('`exec ', '`')).map((usage, index) => [usage, shown[index]])
  })
  t.strictSame(
    told,
    Object.entries(flags).map(([name, option]) => [usageOf(name, option), shownDefault(option)]),
  )
})

/** What stands above an option in the source, for those who read it in an editor. */
function commentsIn(source: string): Map<string, string> {
  return new Map(
    Array.from(source.matchAll(/\n {2}\/\*\* (.+) \*\/\n {2}(\w+): \{/g), ([, text, name]) => [name!, text!]),
  )
}

t.test('the comment above each option, which editors show, says what its help says', async t => {
  const [own, ofGuests] = read('src/options/table.ts').split('export const guestOptions')
  const sentence = (text: string) => `${text[0]!.toUpperCase()}${text.slice(1)}.`
  const expected = (table: Options) =>
    Object.entries(table).map(([name, option]) => [name, sentence(aboutOf(option).replace('; repeatable', ''))])
  t.strictSame([...commentsIn(own!)], expected(options))
  t.strictSame([...commentsIn(ofGuests!)], expected({ port: guestOptions.port, logLevel: guestOptions.logLevel }))
})

t.test('every default is one that its flag would take', async t => {
  for (const table of [options, guestOptions, execFlags, validateFlags, healthcheckFlags] as Options[])
    for (const [name, option] of Object.entries(table))
      if (option.default !== undefined) t.doesNotThrow(() => option.kind.fromTexts([option.default!]), name)
})

t.test('a flag and a variable are the name of the option in other letters', async t => {
  t.strictSame(['port', 'maxJournalBytes'].map(flagName), ['port', 'max-journal-bytes'])
  t.strictSame(['port', 'maxJournalBytes'].map(envName), ['ORQ_MOCK_PORT', 'ORQ_MOCK_MAX_JOURNAL_BYTES'])
  for (const name of Object.keys(flags)) t.match(name, /^[a-z]+([A-Z][a-z]+)*$/)
})
