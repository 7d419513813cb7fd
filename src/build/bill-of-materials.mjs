import { declared } from './packages.mjs'

/** What was bundled, in CycloneDX 1.5, for those who audit. Without a time or a number, so that a build can be repeated. */
export function billOfMaterials(packages) {
  const { name, version, license, dependencies } = declared()
  const self = { type: 'application', ...identity({ name, version, license }) }
  const direct = Object.keys(dependencies).map(one => `node_modules/${one}`)
  const references = new Map(packages.map(one => [one.path, referenceOf(one)]))
  const bundled = paths => paths.flatMap(path => references.get(path) ?? [])
  const bill = {
    $schema: 'http://cyclonedx.org/schema/bom-1.5.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: { lifecycles: [{ phase: 'build' }], component: self },
    components: once(packages.map(one => ({ type: 'library', ...identity(one), hashes: [hashOf(one)] }))),
    dependencies: once([
      { ref: self['bom-ref'], dependsOn: bundled(direct) },
      ...packages.map(one => ({ ref: referenceOf(one), dependsOn: bundled(one.needs) })),
    ]),
  }
  return `${JSON.stringify(bill, null, 2)}\n`
}

const referenceOf = ({ name, version }) => `pkg:npm/${name.replace('@', '%40')}@${version}`

function identity({ name, version, license }) {
  const reference = referenceOf({ name, version })
  const licenses = [/\s/.test(license) ? { expression: license } : { license: { id: license } }]
  return { 'bom-ref': reference, name, version, licenses, purl: reference }
}

/** The hash of the tarball, as the lock has it. */
function hashOf({ integrity }) {
  const [algorithm, base64] = integrity.split('-')
  return { alg: algorithm.replace('sha', 'SHA-'), content: Buffer.from(base64, 'base64').toString('hex') }
}

/** Two places of one version are one component. */
function once(list) {
  return [...new Map(list.map(one => [one['bom-ref'] ?? one.ref, one])).values()]
}
