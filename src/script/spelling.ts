import { closest, distance } from 'fastest-levenshtein'

/** `, did you mean "arguments"?` where a known name is near enough, else nothing. */
export function didYouMean(found: string, known: readonly string[]): string {
  const near = nearest(found, known)
  return near === undefined ? '' : `, did you mean "${near}"?`
}

/** The known name that a misspelt one most likely stands for. */
export function nearest(found: string, known: readonly string[]): string | undefined {
  const name =
    known.find(one => sortLetters(one) === sortLetters(found)) ?? (known.length > 0 ? closest(found, known) : undefined)
  if (name === undefined || sortLetters(name) === sortLetters(found)) return name
  return distance(found.toLowerCase(), name.toLowerCase()) <= Math.max(1, Math.floor(name.length / 3))
    ? name
    : undefined
}

/** Letters in another order are the commonest slip of all. */
const sortLetters = (text: string) => Array.from(text.toLowerCase()).sort().join('')
