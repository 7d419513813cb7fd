import type { Server, Socket } from 'node:net'
import { Problem } from '../problem.ts'
import type { Refusals } from './refusals.ts'

/** The connections below those that speak TLS: HTTP knows only of those whose handshake is done. */
interface Handshakes {
  /** Breaks off every connection. */
  breakOff(): void
}

/** What carries a connection that speaks TLS. */
const carriers = new WeakMap<Socket, Socket>()

/** Resets a connection; Node cannot, where it speaks TLS. */
export function resetConnection(socket: Socket | null): void {
  const carrier = socket && (carriers.get(socket) ?? socket)
  carrier?.resetAndDestroy()
}

/** Follows what comes to a server of HTTPS, and tells where it comes to no handshake. */
export function watchHandshakes(server: Server, refusals: Refusals): Handshakes {
  const connections = new Map<string, Socket>()
  server.on('connection', (connection: Socket) => {
    const peer = peerOf(connection)
    connections.set(peer, connection)
    connection.once('close', () => connections.delete(peer))
  })
  server.on('secureConnection', (socket: Socket) => {
    const carrier = connections.get(peerOf(socket))
    if (carrier) carriers.set(socket, carrier)
  })
  // Before Node's own listener, which gives the connection up.
  server.prependListener('tlsClientError', ({ code }: NodeJS.ErrnoException, socket: Socket) => {
    const problem = problemOf(code)
    if (!problem) return
    refusals.noteUnreadable(problem)
    if (code === plainHttp) connections.get(peerOf(socket))?.end(plainAnswer(problem))
  })
  return {
    breakOff() {
      for (const connection of connections.values()) connection.destroy()
    },
  }
}

/** Node does not tell which connection carries another; they have the same peer. */
const peerOf = ({ remoteAddress, remotePort }: Socket) => `${remoteAddress} ${remotePort}`

const plainHttp = 'ERR_SSL_HTTP_REQUEST'

function problemOf(code = ''): Problem | undefined {
  if (code === plainHttp)
    return new Problem('bad_request', 'This port speaks HTTPS and got plain HTTP: use an address with https://.')
  if (/_ALERT_(?:UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_UNKNOWN)$/.test(code))
    return new Problem('bad_request', 'The client does not trust the certificate: give it the one of its issuer.')
  return undefined
}

const plainAnswer = ({ status, message }: Problem) =>
  `HTTP/1.1 ${status} Bad Request\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: ${message.length + 1}\r\nconnection: close\r\n\r\n${message}\n`
