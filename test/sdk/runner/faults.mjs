import { readFileSync, writeFileSync } from 'node:fs'
import { allClients, home } from './clients.mjs'
import { markdown, openTable } from './table.mjs'

const file = `${home}faults.json`

/**
 * Takes what was found for what is known, and tells it in README.md.
 *
 * @param {import('./run-clients.mjs').Outcome[]} outcomes
 */
export function keepFaults(outcomes) {
  const all = outcomes.length === allClients().length && outcomes.every(({ missing }) => missing === undefined)
  const known = all ? {} : JSON.parse(readFileSync(file, 'utf8'))
  for (const { client, faults } of outcomes)
    for (const { fault, found } of faults) known[fault] = { ...known[fault], [client.id]: found }
  const order = allClients().map(({ id }) => id)
  const entries = Object.entries(known).map(([fault, byClient]) => [fault, inOrder(byClient, order)])
  writeFileSync(file, `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`)
  openTable(`${home}README.md`, 'faults').replace(faultsTable(Object.fromEntries(entries)))
}

/** Clients that are tested no more fall out. */
function inOrder(byClient, order) {
  return Object.fromEntries(order.filter(id => id in byClient).map(id => [id, byClient[id]]))
}

function faultsTable(known) {
  const rows = Object.entries(known).map(([fault, byClient]) => [
    fault,
    told(byClient, 'node'),
    told(byClient, 'python'),
  ])
  return markdown([['fault', '`@orq-ai/node`', '`orq-ai-sdk`'], ...rows])
}

/** What most versions do stands bare; what others do, with their numbers. */
function told(byClient, language) {
  const clientsByFound = new Map()
  for (const [id, found] of Object.entries(byClient))
    if (id.startsWith(`${language} `))
      clientsByFound.set(found, [...(clientsByFound.get(found) ?? []), id.slice(language.length + 1)])
  const [most, ...others] = [...clientsByFound].sort(([, one], [, other]) => other.length - one.length)
  if (!most) return '–'
  return [quoted(most[0]), ...others.map(([found, clients]) => `${quoted(found)} (${versionsOf(clients)})`)].join('; ')
}

const quoted = found => found.replace(/^\w+Error\w*|^\w+Timeout|^ErrorResponse/, '`$&`')

/** `4.1.3 sync, 4.1.3 async` is 4.1.3. */
function versionsOf(clients) {
  const versions = [...new Set(clients.map(client => client.split(' ')[0]))]
  return versions
    .map(version => clients.filter(client => client.split(' ')[0] === version))
    .map(same => (same.length === 2 ? same[0].split(' ')[0] : same[0]))
    .join(', ')
}
