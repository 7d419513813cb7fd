import { readFileSync } from 'node:fs'

/** @typedef {{ path: string, name: string, version: string, license: string, integrity: string, needs: string[] }} Package */

/**
 * The packages that esbuild has put into the bundle, each version once, as package-lock.json knows them.
 * @returns {Package[]} in the order of their names; `needs` are the paths of those that a package asks for
 */
export function packagesIn({ outputs }) {
  const { packages: locked } = JSON.parse(readFileSync('package-lock.json', 'utf8'))
  const inputs = Object.values(outputs).flatMap(output => Object.entries(output.inputs))
  const paths = inputs
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .flatMap(([file]) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? [])
  return [...new Set(paths)].sort().map(path => ({
    path,
    name: path.split('node_modules/').at(-1),
    ...locked[path],
    needs: Object.keys(locked[path].dependencies ?? {}).flatMap(name => whereFound(name, path, locked) ?? []),
  }))
}

/** The root's own: what package.json declares. */
export function declared() {
  return JSON.parse(readFileSync('package.json', 'utf8'))
}

/** Node's way: in the package's own node_modules, then in those above it. */
function whereFound(name, from, locked) {
  const own = `${from}/node_modules/${name}`
  if (locked[own]) return own
  const above = from.lastIndexOf('/node_modules/')
  if (above > 0) return whereFound(name, from.slice(0, above), locked)
  return locked[`node_modules/${name}`] && `node_modules/${name}`
}
