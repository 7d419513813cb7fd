/** The JSON of what a fixture gives as it stands; empty until somebody asks. */
const texts = new WeakMap<object, string>()

/** Says that a value stays as it is and will be sent again and again. */
export function unchanging<T extends object>(value: T): T {
  texts.set(value, '')
  return value
}

/** The JSON of a value; that of an unchanging one is made once. */
export function jsonOf(value: object): string {
  const known = texts.get(value)
  if (known) return known
  const text = JSON.stringify(value)
  if (known === '') texts.set(value, text)
  return text
}
