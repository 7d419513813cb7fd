import type { IncomingMessage } from 'node:http'

/** The path of a URL as it was sent. Not the host of an absolute URL, nor a query: a key may stand there. */
export function pathOf(url = '/'): string {
  const path = url.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i, '').replace(/[?#].*$/s, '')
  return path === '' ? '/' : path
}

/** The rest of a path below the one that everything is served below; any other path as it is. */
export function pathWithin(basePath: string, path: string): string {
  if (path === basePath) return '/'
  return path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : path
}

const control = '/__admin'

/** Whether a request is one for the control API: by its route; where it has none, by what its path spells. */
export function isControl(basePath: string, route: string | undefined, url: string | undefined): boolean {
  if (route !== undefined) return route.startsWith(basePath + control)
  // With the base path or without: who forgets it means the same.
  return /^[/.\\]*__admin/i.test(pathWithin(basePath, decoded(pathOf(url))))
}

/** Only what one byte encodes, so that a path that cannot be decoded can be read too. */
const decoded = (path: string) =>
  path.replace(/%[0-7][\da-f]/gi, code => String.fromCharCode(parseInt(code.slice(1), 16)))

/** Whether browsers ask for this by themselves, or people who look whether somebody is there. */
export function isBrowsing(basePath: string, { method, url }: Pick<IncomingMessage, 'method' | 'url'>): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false
  const path = pathWithin(basePath, pathOf(url))
  return ['/', '/favicon.ico', '/robots.txt'].includes(path) || path.startsWith('/.well-known/')
}
