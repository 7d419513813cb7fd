import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What esbuild has put into which file. */
interface Metafile {
  outputs: Record<string, { inputs: Record<string, { bytesInOutput: number }> }>
}

interface Package {
  name: string
  version: string
  license: string
  author?: string | { name: string }
}

/** Where the build's own steps are, which go nowhere. */
const here = fileURLToPath(new URL('.', import.meta.url))
const { outputs } = JSON.parse(readFileSync(`${here}contents.json`, 'utf8')) as Metafile
const bundled = Object.entries(outputs)
  .filter(([file]) => !resolve(file).startsWith(here))
  .flatMap(([, { inputs }]) => Object.entries(inputs))
  .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
const folders = new Set(bundled.flatMap(([file]) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? []))
const rule = `\n${'-'.repeat(80)}\n\n`
/** A step of the build: the licences of all that was bundled, which want to go where the code goes. */
writeFileSync(`${here}../LICENSES.txt`, [...folders].sort().map(licenceOf).join(rule))

function licenceOf(folder: string): string {
  const { name, version, license, author } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as Package
  const file = readdirSync(folder).find(entry => /^(licen[cs]e|copying)/i.test(entry))
  const by = typeof author === 'object' ? author.name : author
  const text = file
    ? readFileSync(`${folder}/${file}`, 'utf8').trim()
    : `By ${by}. The package brings no more than that.`
  return `${name} ${version} (${license})\n\n${text}\n`
}
