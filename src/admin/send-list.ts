import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'

/** Characters; enough for one write. */
const pieceSize = 64 * 1024

/**
 * Sends `{ [key]: items, ...rest }`, one item after another, at the client's speed: a list may be longer than any text,
 * and an item that cannot be written takes no other with it.
 */
export function sendList<T>(
  reply: FastifyReply,
  key: string,
  items: readonly T[],
  view: (item: T) => object,
  rest: object = {},
): void {
  void reply.type('application/json; charset=utf-8').send(Readable.from(piecesOf(key, items, view, rest)))
}

function* piecesOf<T>(key: string, items: readonly T[], view: (item: T) => object, rest: object): Generator<string> {
  let piece = `{${JSON.stringify(key)}:[`
  for (const [index, item] of items.entries()) {
    piece += (index > 0 ? ',' : '') + write(item, view)
    if (piece.length < pieceSize) continue
    yield piece
    piece = ''
  }
  const more = JSON.stringify(rest).slice(1)
  yield `${piece}]${more === '}' ? more : `,${more}`}`
}

function write<T>(item: T, view: (item: T) => object): string {
  try {
    return JSON.stringify(view(item))
  } catch (error) {
    return JSON.stringify({ unwritable: String(error) })
  }
}
