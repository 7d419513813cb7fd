import { closest, distance } from 'fastest-levenshtein'

/** `, did you mean "arguments"?` where a known name is near enough, else nothing. */
export function didYouMean(found: string, known: readonly string[]): string {
  const near = nearest(found, known)
  return near === undefined ? '' : `, did you mean "${near}"?`
}

/** The known name that a misspelt one most likely stands for. */
export function nearest(found: string, known: readonly string[]): string | undefined {
  const ofLength = known.filter(name => Math.abs(name.length - found.length) <= mostSlips(name))
  const sorted = sortLetters(found)
  const shuffled = ofLength.find(name => name.length === found.length && sortLetters(name) === sorted)
  if (shuffled !== undefined || ofLength.length === 0) return shuffled
  const name = closest(found, ofLength)
  return distance(found.toLowerCase(), name.toLowerCase()) <= mostSlips(name) ? name : undefined
}

const mostSlips = (name: string) => Math.max(1, Math.floor(name.length / 3))

/** Letters in another order are the commonest slip of all. */
const sortLetters = (text: string) => Array.from(text.toLowerCase()).sort().join('')
