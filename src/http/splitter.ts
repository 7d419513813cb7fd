import type { ServerResponse } from 'node:http'
import { Writable } from 'node:stream'

/**
 * Passes bytes on to a response in pieces of `size` bytes, each in a write of its own that has left before the next one is made:
 * characters and frames are cut wherever a piece ends. No byte is added, left out or changed.
 */
export class Splitter extends Writable {
  readonly #response: ServerResponse
  readonly #size: number

  constructor(response: ServerResponse, size: number) {
    super({ highWaterMark: 1 })
    this.#response = response
    this.#size = size
    // Whoever writes hears of it from the response.
    response.once('close', () => this.destroy())
    this.on('error', () => {})
  }

  override _write(bytes: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#pass(bytes, done)
  }

  #pass(bytes: Buffer, done: (error?: Error | null) => void): void {
    if (bytes.length === 0) return done()
    this.#response.write(bytes.subarray(0, this.#size), error => {
      if (error) return done(error)
      // What is written in the same turn of the event loop may leave together.
      setImmediate(() => this.#pass(bytes.subarray(this.#size), done))
    })
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#response.end(done)
  }
}
