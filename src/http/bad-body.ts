import { Problem } from '../problem.ts'

/** One thing that is wrong with a body. `place` as `message.parts[0].text`. */
export interface Misfit {
  place: string
  message: string
}

const mostMisfits = 10

/** A 400 that names all that is wrong, each with its place; of very many the first ones and a count. */
export function badBody(misfits: readonly Misfit[], hint?: string): Problem {
  const told = misfits.slice(0, mostMisfits)
  const more = misfits.length - told.length
  const sentences = told.map(({ place, message }) => `${place} ${message}`)
  return new Problem('bad_body', [...sentences, ...(more > 0 ? [`and ${more} more`] : [])].join('; '), {
    ...(hint === undefined ? {} : { hint }),
    extra: { problems: told },
  })
}
