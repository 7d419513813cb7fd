import type { FixtureFile, Hold as HoldShape, Pace as PaceShape, ScriptShape } from './shape.ts'

/** The types of fixtures for those who write them in TypeScript: as the shape says, and as strict as the checks at load. */

type KeyOf<Union> = Union extends object ? keyof Union : never

/**
 * Readonly at every depth, so that `as const` fits; and of a union one alternative alone, where TypeScript would let
 * `{ say, wait }` pass as both.
 */
type Written<T, Union = T> = T extends readonly (infer Item)[]
  ? readonly Written<Item>[]
  : T extends object
    ? Without<Exclude<KeyOf<Union>, keyof T>, { readonly [Key in keyof T]: Written<T[Key]> }>
    : T

/** Not even an empty intersection where there is nothing to exclude: with one, any text would pass for an object whose keys are all optional. */
type Without<Keys extends PropertyKey, T> = [Keys] extends [never] ? T : T & { readonly [Key in Keys]?: never }

type ContentKey = 'steps' | 'attempts' | 'http'
/** One of them says what happens. */
type Content = { [Key in ContentKey]: { [One in Key]: Exclude<ScriptShape[One], undefined> } }[ContentKey]
type Script = Omit<ScriptShape, ContentKey> & Content

/** A fixture as an object: an agent and its scripts. */
export interface Fixture extends Written<Omit<FixtureFile, 'scripts'> & { scripts: Script[] }> {}
/** How fast chunks come. */
export type Pace = Written<PaceShape>
/** How long a background task shows itself in progress. */
export type Hold = Written<HoldShape>
