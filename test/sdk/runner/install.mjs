import { execFile } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { environmentOf, home, nodeVersions, pythonIn } from './clients.mjs'

const run = promisify(execFile)
const constraints = `${home}python/constraints.txt`

/**
 * Installs what the clients need and is not there yet. What cannot be had is no error: the answer says why, by client.
 *
 * @param {import('./clients.mjs').SdkClient[]} clients
 * @returns {Promise<Map<string, string>>}
 */
export async function installAll(clients) {
  const of = language => clients.filter(client => client.language === language)
  // One after the other: `npm ci` begins with an empty node_modules, where the Python environments live as well.
  return new Map([...(await installNode(of('node'))), ...(await installPython(of('python')))])
}

async function installNode(clients) {
  if (clients.length === 0) return []
  const failure = nodeVersions().every(isInstalled)
    ? undefined
    : await attempt('npm', ['ci', '--no-audit', '--no-fund'])
  return clients
    .filter(({ version }) => !isInstalled(version))
    .map(({ id }) => [id, failure ?? 'npm ci did not install it'])
}

function isInstalled(version) {
  const manifest = `${home}node_modules/orq-${version}/package.json`
  return existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).version === version
}

async function installPython(clients) {
  if (clients.length === 0) return []
  const python = await findPython()
  const failures = new Map()
  for (const version of new Set(clients.map(client => client.version)))
    failures.set(version, python ? await makeEnvironment(python, version) : 'no Python from 3.10 on: set PYTHON')
  return clients.flatMap(({ id, version }) => (failures.get(version) ? [[id, failures.get(version)]] : []))
}

/** The newest SDKs need 3.10. */
async function findPython() {
  const check = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))'
  for (const name of [process.env.PYTHON, 'python3', 'python'])
    if (name && (await attempt(name, ['-c', check])) === undefined) return name
  return undefined
}

/** One virtual environment a version. Its stamp tells what is in it. */
async function makeEnvironment(python, version) {
  const folder = environmentOf(version)
  const stamp = `${folder}/stamp`
  const wanted = `orq-ai-sdk==${version}\n${readFileSync(constraints, 'utf8')}`
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return undefined
  rmSync(folder, { recursive: true, force: true })
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--constraint', constraints]
  const failure =
    (await attempt(python, ['-m', 'venv', folder])) ??
    (await attempt(pythonIn(version), [...pip, `orq-ai-sdk==${version}`]))
  if (failure === undefined) writeFileSync(stamp, wanted)
  return failure
}

/** The last line of what a program complains about; undefined where it does not. */
async function attempt(program, args) {
  if (program === 'npm' || args[1] === 'pip') process.stderr.write(`${[program, ...args].join(' ')}\n`)
  try {
    await run(program, args, { cwd: home, shell: process.platform === 'win32', maxBuffer: 2 ** 24 })
    return undefined
  } catch (error) {
    const lines = `${error.stderr ?? ''}\n${error.stdout ?? ''}`.split('\n').filter(line => line.trim() !== '')
    const line = lines.find(text => /error/i.test(text)) ?? lines.at(-1) ?? error.message
    return line.replace(/ \(from versions: .*/, '')
  }
}
