/** Stands for what is not shown: that something was sent is told, not what. */
const hidden = '(hidden)'

/** Headers whose values hold no secret by what they are for. All others may, whatever their name. */
const shownNames: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'cache-control',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'idempotency-key',
  'origin',
  'transfer-encoding',
  'user-agent',
  'x-correlation-id',
  'x-environment',
  'x-request-id',
  'x-tenant',
  'x-tenant-id',
])

type HeaderValue = string | string[] | undefined

/** Whether a header's values hold no secret by what it is for. */
export const isShownName = (name: string): boolean => shownNames.has(name)

/** A header's value as it may be shown to anybody; undefined where there is none. */
export function shownHeader(name: string, value: HeaderValue): HeaderValue {
  if (value === undefined) return undefined
  const values = typeof value === 'string' ? [value] : value
  return shownNames.has(name.toLowerCase()) && !values.some(looksSecret) ? value : hidden
}

/** A URL as it may be shown: of its query the names alone, since no parameter of these APIs is worth a key that leaks. */
export function shownUrl(url: string): string {
  const plain = url.startsWith('/') ? url : url.replace(/^([a-z][a-z\d+.-]*:\/\/)[^/?#]*@/i, '$1')
  const from = plain.indexOf('?')
  if (from < 0) return plain
  return (
    plain.slice(0, from + 1) +
    plain
      .slice(from + 1)
      .split('&')
      .map(shownParameter)
      .join('&')
  )
}

function shownParameter(parameter: string): string {
  const end = parameter.indexOf('=')
  if (parameter === '') return ''
  // Without a value, what stands there may well be one.
  if (end < 0) return hidden
  const name = parameter.slice(0, end)
  return `${looksSecret(name) ? hidden : name}=${hidden}`
}

/** `Bearer …`, `sk-…`, `ghp_…`, a JWT, a cloud's key. */
const secretForm =
  /\b(?:bearer|basic|digest|token|apikey)\s+\S|(?:^|[^a-z\d])(?:sk|pk|rk|gh[a-z]|xox[a-z])[-_]\w|\beyJ[\w-]+\.|\bA[KS]IA[A-Z\d]{12}/i
const uuid = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/gi
/** Longer than any word: what a machine has drawn. */
const longRun = /[\w+/=~-]{24,}|[a-z\d]{20,}/gi

/** Whether a value looks like a key or a token, wherever in it that stands. */
function looksSecret(value: string): boolean {
  if (secretForm.test(value)) return true
  return (value.replace(uuid, ' ').match(longRun) ?? []).some(isRandom)
}

/** Names and versions in a row have small letters and digits too, but no capitals, or signs between short words. */
const isRandom = (run: string) =>
  /\d/.test(run) && /[a-z]/i.test(run) && (/[a-z\d]{20}/i.test(run) || (/[a-z]/.test(run) && /[A-Z]/.test(run)))
