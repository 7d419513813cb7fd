import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { jsonOf } from '../script/json-of.ts'

/** Characters; enough for one write. */
const pieceSize = 64 * 1024
/** How long others wait for their turn, unless one piece takes longer. */
const turnMs = 10

/**
 * Sends a view as JSON, piece by piece, at the client's speed: what `lazily` lists may be longer than any text, and
 * others have their turn in between.
 */
export function sendPieces(reply: FastifyReply, view: object): void {
  void reply.type('application/json; charset=utf-8').send(Readable.from(inTurns(piecesOf(view))))
}

/** A list that is made while it is sent. An item that cannot be written takes no other with it. */
export function* lazily<T>(items: readonly T[], view: (item: T) => object): Generator<unknown, void> {
  for (const item of items) yield guarded(() => view(item))
}

function guarded<T>(make: () => T): T | { unwritable: string } {
  try {
    return make()
  } catch (error) {
    return { unwritable: String(error) }
  }
}

function* piecesOf(view: unknown): Generator<string, void> {
  if (isLazy(view)) yield* piecesOfList(view)
  else if (typeof view === 'object' && view !== null && Object.values(view).some(isLazy)) yield* piecesOfObject(view)
  else {
    const made = guarded(() => jsonOf(view))
    yield typeof made === 'string' ? made : JSON.stringify(made)
  }
}

const isLazy = (view: unknown): view is Generator => typeof view === 'object' && view !== null && 'next' in view

function* piecesOfList(items: Generator): Generator<string, void> {
  let before = '['
  for (const item of items) {
    yield before
    yield* piecesOf(item)
    before = ','
  }
  yield before === '[' ? '[]' : ']'
}

function* piecesOfObject(object: object): Generator<string, void> {
  let before = '{'
  for (const [key, below] of Object.entries(object)) {
    yield `${before}${JSON.stringify(key)}:`
    yield* piecesOf(below)
    before = ','
  }
  yield '}'
}

async function* inTurns(pieces: Iterable<string>): AsyncGenerator<string, void> {
  let text = ''
  let fromMs = performance.now()
  for (const piece of pieces) {
    text += piece
    if (text.length < pieceSize && performance.now() - fromMs < turnMs) continue
    yield text
    text = ''
    await new Promise(setImmediate)
    fromMs = performance.now()
  }
  yield text
}
