import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { once } from 'node:events'
import { home } from './clients.mjs'
import { plainEnvironment } from './mock.mjs'

/**
 * @typedef {{ case: string, status: 'passed' | 'failed' | 'not available', why?: string, trace?: string }} CaseResult
 * @typedef {{ fault: string, found: string }} FaultFound
 * @typedef {object} Outcome
 * @property {import('./clients.mjs').SdkClient} client
 * @property {string} [missing] why it could not be run
 * @property {CaseResult[]} results
 * @property {FaultFound[]} faults
 * @property {number} tookMs
 */

const longestMs = 240_000

/**
 * Each client in a process of its own, a few at a time.
 *
 * @returns {Promise<Outcome[]>} in the order of the clients
 */
export async function runClients(clients, { missing, jobs, ...settings }) {
  const outcomes = []
  const queue = [...clients.entries()]
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [index, client] = next
      const why = missing.get(client.id)
      outcomes[index] = why === undefined ? await runClient(client, settings) : skipped(client, why)
    }
  }
  await Promise.all(Array.from({ length: jobs }, worker))
  return outcomes
}

const skipped = (client, missing) => ({ client, missing, results: [], faults: [], tookMs: 0 })

async function runClient(client, { url, secure, measure }) {
  const beganMs = Date.now()
  const [program, ...args] = client.command
  const child = spawn(program, args, {
    cwd: home,
    env: { ...plainEnvironment(), ...secure?.env, SDK_SUITE_URL: url, SDK_SUITE_MEASURE: measure ? '1' : '' },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: longestMs,
  })
  const results = []
  const faults = []
  const complaints = []
  createInterface({ input: child.stderr }).on('line', line => complaints.push(line) > 20 && complaints.shift())
  createInterface({ input: child.stdout }).on('line', line => {
    const told = JSON.parse(line)
    if (told.fault === undefined) results.push(told)
    else faults.push(told)
  })
  const [code, signal] = await once(child, 'close')
  if (code !== 0) results.push(brokenOff(signal ?? `code ${code}`, complaints.join('\n')))
  return { client, results, faults, tookMs: Date.now() - beganMs }
}

function brokenOff(how, trace) {
  return { case: 'the suite runs to its end', status: 'failed', why: `it ended with ${how}`, trace }
}
