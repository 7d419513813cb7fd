import { readdirSync, readFileSync } from 'node:fs'

const rule = `\n${'-'.repeat(80)}\n\n`

/** The licences of all that was bundled, which want to go where the code goes. */
export function licences(packages) {
  return [...new Set(packages.map(licenceOf))].join(rule)
}

function licenceOf({ path, name, version, license }) {
  const file = readdirSync(path).find(entry => /^(licen[cs]e|copying)/i.test(entry))
  const text = file
    ? readFileSync(`${path}/${file}`, 'utf8').trim()
    : `By ${authorOf(path)}. The package brings no more.`
  return `${name} ${version} (${license})\n\n${text}\n`
}

function authorOf(path) {
  const { author } = JSON.parse(readFileSync(`${path}/package.json`, 'utf8'))
  return author?.name ?? author
}
