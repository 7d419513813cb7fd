/** @typedef {import('./run-clients.mjs').Outcome} Outcome */

/** @param {Outcome} outcome */
export function countOf({ results }) {
  const of = status => results.filter(result => result.status === status).length
  return { passed: of('passed'), failed: of('failed'), notAvailable: of('not available') }
}

/** @param {Outcome[]} outcomes */
export function countAll(outcomes) {
  const counts = outcomes.map(countOf)
  const sum = name => counts.reduce((total, count) => total + count[name], 0)
  return {
    passed: sum('passed'),
    failed: sum('failed'),
    skipped: outcomes.filter(({ missing }) => missing !== undefined).length,
  }
}

/**
 * @param {Outcome[]} outcomes
 * @param {{ verbose: boolean }} options
 */
export function report(outcomes, { verbose }) {
  const lines = outcomes.flatMap(outcome => failures(outcome, verbose))
  const { passed, failed, skipped } = countAll(outcomes)
  process.stdout.write([...lines, '', ...summary(outcomes), '', ''].join('\n'))
  process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`)
}

function failures({ client, results, missing }, verbose) {
  if (missing !== undefined) return [`SKIPPED ${client.id}: ${missing}`]
  return results
    .filter(({ status }) => status === 'failed')
    .flatMap(result => [
      `FAILED ${client.id}: ${result.case}: ${result.why}`,
      ...(verbose && result.trace ? [result.trace] : []),
    ])
}

function summary(outcomes) {
  const rows = outcomes.map(outcome => {
    if (outcome.missing !== undefined) return [outcome.client.id, 'skipped', '', '', '']
    const { passed, failed, notAvailable } = countOf(outcome)
    return [outcome.client.id, passed, failed, notAvailable, `${(outcome.tookMs / 1000).toFixed(1)} s`].map(String)
  })
  const table = [['client', 'passed', 'failed', 'not available', 'took'], ...rows]
  const widths = table[0].map((_, column) => Math.max(...table.map(row => row[column].length)))
  const aligned = (cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))
  return table.map(row => row.map(aligned).join('  '))
}
