import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * A version of an SDK, used in one way.
 *
 * @typedef {object} SdkClient
 * @property {string} id as faults.json and the output name it: `node 4.4.6`, `python 4.1.3 async`
 * @property {'node' | 'python'} language
 * @property {string} sdk the name of the package
 * @property {string} version
 * @property {string} [way] sync or async, where an SDK has both
 * @property {[string, ...string[]]} command
 */

/** From the oldest that streams, by way of the first with `get` and error classes of the old names, to the newest. */
export const pythonVersions = ['4.1.3', '4.9.30', '4.17.13']

export const home = fileURLToPath(new URL('..', import.meta.url))

/** From the oldest to the newest: the dependencies of package.json, whose names end in the version. */
export function nodeVersions() {
  const { dependencies } = JSON.parse(readFileSync(`${home}package.json`, 'utf8'))
  return Object.keys(dependencies).map(alias => alias.replace(/^orq-/, ''))
}

/** Below node_modules, which every tool leaves alone. */
export const environmentOf = version => `${home}node_modules/.venvs/${version}`

export const pythonIn = version =>
  environmentOf(version) + (process.platform === 'win32' ? '/Scripts/python.exe' : '/bin/python')

/** @returns {SdkClient[]} */
export const allClients = () => [
  ...nodeVersions().map(nodeClient),
  ...pythonVersions.flatMap(version => [pythonClient(version, 'sync'), pythonClient(version, 'async')]),
]

/** A collection of garbage makes Node forget the timeouts and aborts of requests under way (README.md): put it off. */
const noCollection = [
  '--initial-heap-size=2048',
  '--min-semi-space-size=128',
  '--max-semi-space-size=128',
  '--no-memory-reducer',
]

const nodeClient = version => ({
  id: `node ${version}`,
  language: 'node',
  sdk: '@orq-ai/node',
  version,
  command: [process.execPath, ...noCollection, `${home}node/suite.mjs`, `orq-${version}`],
})

const pythonClient = (version, way) => ({
  id: `python ${version} ${way}`,
  language: 'python',
  sdk: 'orq-ai-sdk',
  version,
  way,
  command: [pythonIn(version), '-W', 'ignore', '-B', `${home}python/suite.py`, way],
})

/**
 * @param {SdkClient[]} clients
 * @param {string[]} only
 */
export function chooseClients(clients, only) {
  const languages = only.filter(part => part !== 'oldest-newest')
  const spoken = languages.length === 0 ? clients : clients.filter(({ language }) => languages.includes(language))
  if (!only.includes('oldest-newest')) return spoken
  const ends = [nodeVersions(), pythonVersions].flatMap(versions => [versions[0], versions.at(-1)])
  return spoken.filter(({ version }) => ends.includes(version))
}
