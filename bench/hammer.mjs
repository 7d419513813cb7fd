import { connect } from 'node:net'

/** A request as bytes. */
export function requestBytes(method, path, body, key = 'bench') {
  const text = body === undefined ? '' : JSON.stringify(body)
  const head = [`${method} ${path} HTTP/1.1`, 'Host: 127.0.0.1', `Authorization: Bearer ${key}`]
  if (body !== undefined) head.push('Content-Type: application/json', `Content-Length: ${Buffer.byteLength(text)}`)
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${text}`)
}

/**
 * Sends one request after another on each of several connections, and answers how many were answered in a second.
 * It reads replies only as far as it must to see where they end: the generator is to be faster than any server.
 */
export async function hammer({ url, request, seconds, connections = 32 }) {
  let answered = 0
  let open = true
  const sockets = await Promise.all(Array.from({ length: connections }, () => dial(url)))
  const from = performance.now()
  const runs = sockets.map(
    socket =>
      new Promise((resolve, reject) => {
        const reader = replyReader(status => {
          if (status !== 200) return reject(new Error(`status ${status}`))
          answered += 1
          if (open) socket.write(request)
          else resolve()
        })
        socket.on('data', reader)
        socket.on('error', reject)
        socket.write(request)
      }),
  )
  await new Promise(resolve => setTimeout(resolve, seconds * 1000))
  const took = performance.now() - from
  const perSecond = (answered / took) * 1000
  open = false
  await Promise.all(runs)
  for (const socket of sockets) socket.destroy()
  return perSecond
}

function dial({ hostname, port }) {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true }, () => resolve(socket))
    socket.on('error', reject)
  })
}

/** Calls `onReply` with the status at the end of each reply, by length or by the last chunk. */
function replyReader(onReply) {
  let waiting = Buffer.alloc(0)
  return piece => {
    waiting = waiting.length === 0 ? piece : Buffer.concat([waiting, piece])
    for (;;) {
      const end = endOfReply(waiting)
      if (end < 0) return
      const status = Number(waiting.latin1Slice(9, 12))
      waiting = waiting.subarray(end)
      onReply(status)
    }
  }
}

function endOfReply(bytes) {
  const headEnd = bytes.indexOf('\r\n\r\n')
  if (headEnd < 0) return -1
  const head = bytes.latin1Slice(0, headEnd)
  const length = /content-length: (\d+)/i.exec(head)?.[1]
  if (length === undefined) {
    const last = bytes.indexOf('\r\n0\r\n\r\n', headEnd)
    return last < 0 ? -1 : last + 7
  }
  const end = headEnd + 4 + Number(length)
  return bytes.length < end ? -1 : end
}
