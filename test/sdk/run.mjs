#!/usr/bin/env node
// The contract of the real SDKs: every version listed in runner/clients.mjs against the mock as it is built.
import { allClients, chooseClients } from './runner/clients.mjs'
import { keepFaults } from './runner/faults.mjs'
import { installAll } from './runner/install.mjs'
import { startMock } from './runner/mock.mjs'
import { readOptions, usage, UsageError } from './runner/options.mjs'
import { countAll, report } from './runner/report.mjs'
import { runClients } from './runner/run-clients.mjs'
import { startSecureMock } from './runner/secure-mock.mjs'
import { openTable, resultsTable } from './runner/table.mjs'

async function main() {
  const options = readOptions(process.argv.slice(2))
  if (options.help) return say(usage)
  const clients = chooseClients(allClients(), options.only)
  const table = options.table === undefined ? undefined : openTable(options.table, 'sdk-table')
  const missing = await installAll(clients)
  const mocks = [await startMock(), await startSecureMock()]
  const outcomes = await runAgainst(mocks, clients, { missing, ...options })
  if (options.measure) keepFaults(outcomes)
  table?.replace(resultsTable(outcomes))
  report(outcomes, options)
  if (countAll(outcomes).failed > 0) process.exitCode = 1
}

async function runAgainst([mock, secure], clients, options) {
  try {
    return await runClients(clients, { url: mock.url, secure, ...options })
  } finally {
    await mock.stop()
    await secure?.stop()
  }
}

function say(text) {
  process.stdout.write(`${text}\n`)
}

main().catch(error => {
  process.stderr.write(`${error instanceof UsageError ? `${error.message}\n\n${usage}` : error.message}\n`)
  process.exitCode = error instanceof UsageError ? 2 : 1
})
