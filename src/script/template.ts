import { composed, jsonOf } from './json-of.ts'

/** Answers what a placeholder names; undefined where there is no such thing. */
export type Lookup = (path: readonly string[]) => unknown

/** Makes a value of a fixture for one turn. */
export type Render<T> = (lookup: Lookup) => T

/** A text of a fixture. `fixed` is there where no placeholder is, so that what follows from it can be made once. */
export interface Text {
  fixed: string | undefined
  render: Render<string>
}

/** How the texts of a fixture are read. */
export interface Templates {
  text(text: string): Text
  value(value: unknown): Render<unknown>
  /** For objects of free content, which stay objects because keys are never made. */
  object(value: Record<string, unknown>): Render<Record<string, unknown>>
  /** Whether a value is made anew for each turn. */
  changing(value: unknown): boolean
}

/** Each part can stand for one thing only, so that a long text without an end takes no long time. */
const placeholder = /\{\{\s*([^{}\s][^{}]*)\}\}/g

/** Substitution and nothing else: a path of names, looked up by the caller. No code, no escaping, no helpers. */
function compileText(text: string): Text {
  const names = Array.from(text.matchAll(placeholder), ([, name]) => pathOf(name!))
  if (names.length === 0) return { fixed: text, render: () => text }
  const literals = text.split(new RegExp(placeholder.source)).filter((_, index) => index % 2 === 0)
  return {
    fixed: undefined,
    render: lookup =>
      names.reduce((made, path, index) => made + asText(lookup(path)) + literals[index + 1], literals[0]!),
  }
}

const pathOf = (name: string) => name.trimEnd().split('.')

/** The same for a whole value. A text that is one placeholder and nothing else keeps the type of what it names. */
function compileValue(value: unknown): Render<unknown> {
  return compileChanging(value) ?? (() => value)
}

/** Undefined for what holds no placeholder: that stays as it is. */
function compileChanging(value: unknown): Render<unknown> | undefined {
  if (typeof value === 'string') return holdsPlaceholder(value) ? compileString(value) : undefined
  if (typeof value !== 'object' || value === null) return undefined
  if (Array.isArray(value)) {
    const items = value.map(compileChanging)
    if (items.every(item => item === undefined)) return undefined
    return lookup => composed(items.map((item, index) => (item ? item(lookup) : (value[index] as unknown))))
  }
  const entries = Object.entries(value).map(([key, below]) => [key, below, compileChanging(below)] as const)
  if (entries.every(([, , render]) => render === undefined)) return undefined
  return lookup =>
    composed(
      Object.fromEntries(entries.map(([key, below, render]) => [key, render ? render(lookup) : below])) as object,
    )
}

function compileString(text: string): Render<unknown> {
  const [whole, name] = new RegExp(`^${placeholder.source}$`).exec(text) ?? []
  if (whole === undefined) return compileText(text).render
  const path = pathOf(name!)
  return lookup => {
    const value = lookup(path)
    return value === undefined ? '' : value
  }
}

export function holdsPlaceholder(value: unknown): boolean {
  if (typeof value === 'string') return value.search(placeholder) >= 0
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsPlaceholder)
}

function asText(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : jsonOf(value)
}

/** What the placeholders of a text name. */
export const namesIn = (text: string): string[] => Array.from(text.matchAll(placeholder), ([, name]) => name!.trimEnd())

/** Placeholders stand for what they name. */
export const substituted: Templates = {
  text: compileText,
  value: compileValue,
  object: compileValue as Templates['object'],
  changing: holdsPlaceholder,
}

/** Placeholders stand for themselves. */
export const literal: Templates = {
  text: text => ({ fixed: text, render: () => text }),
  value: value => () => value,
  object: value => () => value,
  changing: () => false,
}
