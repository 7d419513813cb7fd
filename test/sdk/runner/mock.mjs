import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { home } from './clients.mjs'

const bin = fileURLToPath(new URL('../../../dist/bin.js', import.meta.url))
const readyWithinMs = 15_000

/** Starts the mock as it is built, on a free port, with the suite's fixtures. */
export async function startMock(...flags) {
  if (!existsSync(bin)) throw new Error(`${bin} is missing: build the mock first, with "npm run build".`)
  const mock = spawn(process.execPath, [bin, '--port', '0', '--fixtures', `${home}fixtures`, ...flags], {
    env: plainEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const complaints = []
  createInterface({ input: mock.stderr }).on('line', line => complaints.push(line) > 20 && complaints.shift())
  const stop = async () => {
    if (mock.exitCode !== null || mock.signalCode !== null) throw new Error(`the mock ended:\n${complaints.join('\n')}`)
    mock.kill()
    await once(mock, 'exit')
  }
  const [line] = await Promise.race([
    once(createInterface({ input: mock.stdout }), 'line', { signal: AbortSignal.timeout(readyWithinMs) }),
    once(mock, 'exit').then(() => []),
  ])
  const [, url] = /^ready (\S+)/.exec(line ?? '') ?? []
  if (url === undefined) throw new Error(`the mock did not start:\n${line ?? ''}\n${complaints.join('\n')}`)
  return { url, stop }
}

/** Without settings of the mock or of an SDK, and without a proxy, which Python would take for local addresses too. */
export function plainEnvironment() {
  const entries = Object.entries(process.env)
  return Object.fromEntries(entries.filter(([name]) => !/^(ORQ_|PORT$|HOST$|(http|https|all)_proxy$)/i.test(name)))
}
