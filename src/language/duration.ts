const unitMs = { ms: 1, s: 1000, m: 60_000 }

/** Milliseconds of a duration such as `800ms`, `2s` or `1.5m`; undefined for what is none. */
export function parseDuration(text: string): number | undefined {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(text) ?? []
  return number === undefined ? undefined : Number(number) * unitMs[unit as keyof typeof unitMs]
}

/** For text that the shape of a fixture has already found to be a duration. */
export function durationMs(text: string | undefined): number {
  return text === undefined ? 0 : (parseDuration(text) ?? 0)
}
