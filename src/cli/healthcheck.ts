import type { Flags, Parsed } from './flags.ts'
import { serveFlags } from './serve-flags.ts'
import { exitCode, type Streams } from './streams.ts'
import { toggle } from './values.ts'

export const healthcheckFlags = {
  port: { ...serveFlags.port, help: 'port of the mock. Default 4010' },
  host: { ...serveFlags.host, help: 'address of the mock. Default 127.0.0.1' },
  wait: { help: 'try for 30 seconds before giving up', read: toggle },
} satisfies Flags

const patienceMs = 30_000
const pauseMs = 100
const timeoutMs = 3000

/** Asks a running mock whether it is ready. */
export async function healthcheck({ values }: Parsed<typeof healthcheckFlags>, streams: Streams): Promise<number> {
  const url = `http://${reachable(values.host ?? '127.0.0.1')}:${values.port ?? 4010}/__admin/ready`
  const untilMs = Date.now() + (values.wait ? patienceMs : 0)
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

async function ask(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) })
    return response.ok ? undefined : `status ${response.status}`
  } catch (error) {
    const { cause, message } = error as Error & { cause?: { code?: string } }
    return cause?.code ?? message
  }
}
