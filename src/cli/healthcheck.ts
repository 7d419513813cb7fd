import { get as getPlain } from 'node:http'
import { get as getSecure } from 'node:https'
import { toggle } from '../options/kinds.ts'
import { fill, type Options } from '../options/option.ts'
import { options } from '../options/table.ts'
import { demandNoArgument, type Parsed } from './flags.ts'
import { exitCode, type Streams } from './streams.ts'

export const healthcheckFlags = {
  port: { ...options.port, help: 'port of the mock' },
  host: { ...options.host, help: 'address of the mock' },
  basePath: { ...options.basePath, help: 'the path that it serves everything below' },
  tlsCert: { ...options.tlsCert, help: 'it serves HTTPS, with this certificate' },
  wait: { kind: toggle, default: 'false', help: 'try for 30 seconds before giving up' },
} satisfies Options

const patienceMs = 30_000
const pauseMs = 100
const timeoutMs = 3000

/** Asks a running mock whether it is ready. */
export async function healthcheck(
  { values, ...words }: Parsed<typeof healthcheckFlags>,
  streams: Streams,
): Promise<number> {
  demandNoArgument('healthcheck', words)
  const { host, port, basePath, tlsCert, wait } = fill(healthcheckFlags, values)
  const scheme = tlsCert === undefined ? 'http' : 'https'
  const url = `${scheme}://${reachable(host)}:${port}${basePath}/__admin/ready`
  const untilMs = Date.now() + (wait ? patienceMs : 0)
  for (;;) {
    const trouble = await ask(url)
    if (trouble === undefined) {
      streams.out('ready\n')
      return exitCode.done
    }
    if (Date.now() >= untilMs) {
      streams.err(`not ready: ${url}: ${trouble}\n`)
      return exitCode.failure
    }
    await new Promise(resolve => setTimeout(resolve, pauseMs))
  }
}

/** Where to find a server that listens on all addresses. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host
}

const asking = {
  // By its address, whatever name led here, so that the control API answers.
  headers: { host: 'localhost' },
  timeout: timeoutMs,
  agent: false,
  // Nothing secret is sent, and the certificate is for the names that clients use.
  rejectUnauthorized: false,
} as const

/** What keeps it from being ready. Not by fetch, which refuses some ports. */
function ask(url: string): Promise<string | undefined> {
  return new Promise(resolve => {
    const get = url.startsWith('https:') ? getSecure : getPlain
    const request = get(url, asking, response => {
      response.resume()
      resolve(response.statusCode === 200 ? undefined : `status ${response.statusCode}`)
    })
    request.on('timeout', () => request.destroy(new Error('no answer')))
    request.on('error', ({ code, message }: NodeJS.ErrnoException) => resolve(code ?? message))
  })
}
