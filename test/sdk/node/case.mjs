import assert from 'node:assert/strict'
import { setImmediate, setTimeout as sleep } from 'node:timers/promises'

/**
 * @typedef {ReturnType<typeof import('./client.mjs').openClient>} Client
 * @typedef {object} Case
 * @property {string} name
 * @property {string[]} [needs] what a version has to be able to do
 * @property {(client: Client, fault: Fault) => Promise<void>} run
 *
 * @typedef {(fault: string, found: string) => void} Fault Compares what a fault does to this SDK with what is known of it.
 */

const longestMs = 15_000

/** Errors that an SDK throws where nobody can catch them. Left alone they end the process. */
const strays = []
process.on('unhandledRejection', error => strays.push(error))

/** @returns {Promise<{ case: string, status: 'passed' | 'failed' | 'not available', why?: string, trace?: string }>} */
export async function runCase({ name, needs = [], run }, client, { client: id, known, say }) {
  const missing = needs.filter(ability => !client.abilities.has(ability))
  if (missing.length > 0) return { case: name, status: 'not available', why: missing.join(', ') }
  const fault = (label, found) => {
    say({ fault: label, found })
    if (known) assert.equal(found, known[label]?.[id], `"${label}" does another thing to ${id} than faults.json says`)
  }
  try {
    await within(longestMs, run(client, fault))
    const [stray] = await takeStrays()
    if (stray) throw stray
    return { case: name, status: 'passed' }
  } catch (error) {
    const why = String(error?.message ?? error).replace(/\s+/g, ' ')
    return { case: name, status: 'failed', why: why.slice(0, 300), trace: String(error?.stack) }
  }
}

function within(ms, promise) {
  const late = sleep(ms).then(() => {
    throw new Error(`not done within ${ms} ms`)
  })
  return Promise.race([promise, late])
}

/** What a promise is rejected with; fails where it is not. */
export async function errorOf(promise) {
  let value
  try {
    value = await promise
  } catch (error) {
    return error
  }
  throw new assert.AssertionError({ message: `no error, but ${JSON.stringify(value)}` })
}

/** The class of an error, or `no error`: what faults.json holds. */
export async function outcomeOf(promise) {
  const found = await promise.then(() => 'no error', classOf)
  const [stray] = await takeStrays()
  return stray ? `${found}, and again where none can catch it` : found
}

async function takeStrays() {
  await setImmediate()
  return strays.splice(0)
}

/** A DOMException says by its name what it is about. */
export const classOf = error => (error instanceof DOMException ? error.name : error.constructor.name)
