import { writeFile } from 'node:fs/promises'

interface Address {
  host: string
  port: number
  /** Where the port is written once it is open. */
  portFile: string | undefined
}

/** Opens a port by `listen`, which answers the URL. Rejects with an error that says what to do, and has the system's `code`. */
export async function openPort(listen: () => Promise<string>, address: Address): Promise<string> {
  const url = await listen().catch((error: NodeJS.ErrnoException) => {
    const { code = '', syscall } = error
    const trouble = Object.hasOwn(troubles, code) ? troubles[code]!(address) : undefined
    if (trouble === undefined) throw error
    throw Object.assign(new Error(trouble, { cause: error }), { code, syscall, port: address.port })
  })
  // A URL object would leave out the port that its scheme has anyway.
  if (address.portFile !== undefined) await writeFile(address.portFile, `${/:(\d+)$/.exec(url)![1]}\n`)
  return url
}

const noAddress = ({ host }: Address) => `"${host}" is no address of this machine: see the host`

const troubles: Record<string, (address: Address) => string> = {
  EADDRINUSE: ({ port }) =>
    `port ${port} is in use: stop what listens there, or take another with --port (0 takes a free one)`,
  EACCES: ({ port }) => `port ${port} may not be opened: permission denied; ports from 1024 on are free for all`,
  EADDRNOTAVAIL: noAddress,
  ENOTFOUND: noAddress,
  EAI_AGAIN: noAddress,
}
