/** The JSON of values that stay as they are; empty until somebody asks. */
const texts = new WeakMap<object, string>()

/** What is put together for one turn, often of values whose JSON is known. */
const put = new WeakSet<object>()

/** Says that a value stays as it is and will be sent again and again. */
export function unchanging<T extends object>(value: T): T {
  if (!texts.has(value)) texts.set(value, '')
  return value
}

/** Says that a value, no part of a request, is made of others: its JSON is put together of theirs. */
export function composed<T extends object>(value: T): T {
  put.add(value)
  return value
}

/** Stands in a composed value for JSON that is there as text. */
export function rawJson(text: string): object {
  const stand = {}
  texts.set(stand, text)
  return stand
}

/** What `JSON.stringify` makes of it; of an unchanging value, it is made once. */
export function jsonOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const known = texts.get(value)
  if (known) return known
  const text = put.has(value) ? jsonOfParts(value) : JSON.stringify(value)
  if (known === '') texts.set(value, text)
  return text
}

function jsonOfParts(value: object): string {
  let made = ''
  if (Array.isArray(value)) {
    for (const item of value as unknown[])
      made += `${made === '' ? '' : ','}${item === undefined ? 'null' : jsonOf(item)}`
    return `[${made}]`
  }
  for (const [key, below] of Object.entries(value))
    if (below !== undefined) made += `${made === '' ? '' : ','}${JSON.stringify(key)}:${jsonOf(below)}`
  return `{${made}}`
}
