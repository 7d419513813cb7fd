let lastMs = Number.NaN
let lastTime = ''

/** `2026-01-01T00:00:00.000Z`. Many things happen in the same millisecond. */
export function isoTime(ms: number): string {
  if (ms === lastMs) return lastTime
  lastMs = ms
  lastTime = new Date(ms).toISOString()
  return lastTime
}
