import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { countOf } from './report.mjs'

/**
 * A place for a table in a Markdown file, between two comments. Throws where they are missing, before anything has run.
 *
 * @param {string} file
 * @param {string} name
 */
export function openTable(file, name) {
  const [start, end] = [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`]
  if (!existsSync(file)) throw new Error(`${file} is missing, so there is no place for the table.`)
  const text = readFileSync(file, 'utf8')
  const [from, to] = [text.indexOf(start), text.indexOf(end)]
  if (from < 0 || to < from)
    throw new Error(`${file} has no place for the table: it needs a line "${start}" and below it a line "${end}".`)
  return {
    /** @param {string} table */
    replace: table => writeFileSync(file, `${text.slice(0, from + start.length)}\n\n${table}\n\n${text.slice(to)}`),
  }
}

/** @param {string[][]} rows the first of them is the head */
export function markdown([head, ...rows], columns = head.map(() => '---')) {
  return [head, columns, ...rows].map(row => `| ${row.join(' | ')} |`).join('\n')
}

/** @param {import('./run-clients.mjs').Outcome[]} outcomes */
export function resultsTable(outcomes) {
  const rows = outcomes.map(outcome => {
    const { sdk, version, way } = outcome.client
    const name = [`\`${sdk}\``, way].filter(Boolean).join(', ')
    if (outcome.missing !== undefined) return [name, version, 'not run', '', '']
    const { passed, failed, notAvailable } = countOf(outcome)
    return [name, version, passed, failed, notAvailable].map(String)
  })
  const head = ['client', 'version', 'passed', 'failed', 'not available']
  return markdown([head, ...rows], ['---', '---', '--:', '--:', '--:'])
}
