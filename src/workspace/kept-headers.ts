import type { IncomingHttpHeaders } from 'node:http'
import type { Ask } from '../criteria/ask.ts'
import { isShownName, shownHeader } from '../shown-header.ts'
import { makeKeyHash } from './key-hash.ts'

/** A header of a request as the journal keeps it. */
interface KeptHeader {
  name: string
  /** Its value, where its name is on the list of those that are shown; of any other, a number that stands for it. */
  kept: string | number
}

/** The headers of a request, without what is secret in them. */
export type KeptHeaders = readonly KeptHeader[]

/** Of this process alone: what it gives cannot be turned back. */
const hashOf = makeKeyHash()

const textOf = (value: string | string[] | undefined) => (Array.isArray(value) ? value.join(', ') : (value ?? ''))
const keep = (name: string, value: string) => (isShownName(name) ? value : hashOf(value))

/** Clients send the same headers again and again: if they are those of the request `before`, they are kept once. */
export function keepHeaders(headers: IncomingHttpHeaders, before: KeptHeaders | undefined): KeptHeaders {
  if (before && areThose(headers, before)) return before
  return Object.entries(headers).map(([name, value]) => ({ name, kept: keep(name, textOf(value)) }))
}

function areThose(headers: IncomingHttpHeaders, before: KeptHeaders): boolean {
  let index = 0
  for (const name in headers) {
    const known = before[index]
    if (known === undefined || known.name !== name) return false
    const value = textOf(headers[name])
    if (known.kept !== (typeof known.kept === 'number' ? hashOf(value) : value)) return false
    index += 1
  }
  return index === before.length
}

/** About so many characters are kept. */
export const sizeOf = (headers: KeptHeaders): number =>
  headers.reduce((sum, { name, kept }) => sum + name.length + (typeof kept === 'number' ? 8 : kept.length), 0)

/** Those that anybody may see. */
export function shownHeaders(headers: KeptHeaders): Record<string, string> {
  const shown = headers.flatMap(({ name, kept }) =>
    typeof kept === 'number' ? [] : [[name, textOf(shownHeader(name, kept))] as const],
  )
  return Object.fromEntries(shown)
}

/** What criteria may ask of headers that are kept: those that are not shown have a value to compare, and none to tell. */
export function headersAgain(headers: KeptHeaders): Pick<Ask, 'headers' | 'hadHeader'> {
  const values = headers.map(({ name, kept }) => [name, typeof kept === 'number' ? '' : kept] as const)
  return {
    headers: Object.fromEntries(values),
    hadHeader: (name, value) =>
      headers.some(
        header => header.name === name && header.kept === (typeof header.kept === 'number' ? hashOf(value) : value),
      ),
  }
}
