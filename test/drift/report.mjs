import { compare, judge } from './compare.mjs'
import { apiOf, flatten } from './flatten.mjs'
import { Unusable } from './shapes.mjs'

/**
 * What a vendor's OpenAPI document and ours say otherwise of the two operations, as text. `clean`: nothing that is not
 * documented, and nothing documented in vain. Throws Unusable if a document has not what is compared.
 */
export function report(vendor, ours, documented) {
  const api = apiOf(vendor)
  const judged = judge(compare(fieldsOf(vendor, api, 'The vendor'), fieldsOf(ours, api, 'The mock')), documented)
  const { open, stale } = judged
  return { clean: open.length + stale.length === 0, text: textOf(judged) }
}

function fieldsOf(document, api, whose) {
  try {
    return flatten(document, api)
  } catch (error) {
    if (error instanceof Unusable) throw new Unusable(`${whose}'s document cannot be compared. ${error.message}`)
    throw error
  }
}

function textOf({ open, documented, stale }) {
  const known = documented.flatMap(({ matched }) => matched).length
  return [
    ...section('Not documented:', open.map(line)),
    ...section(
      'Documented:',
      documented.flatMap(({ entry, matched }) => [entry.reason, ...matched.map(one => `  ${briefly(one)}`)]),
    ),
    ...section(
      'Documented in vain, for there is no such difference any more:',
      stale.map(({ kind, path, facet = '' }) => `${kind} ${path} ${facet}`.trim()),
    ),
    `${open.length} not documented, ${known} documented, ${stale.length} documented in vain`,
    '',
  ].join('\n')
}

const section = (title, lines) => (lines.length === 0 ? [] : [title, ...lines.map(one => `  ${one}`), ''])

const briefly = difference =>
  difference.kind === 'differs' ? line(difference) : `${difference.kind} ${difference.path}`

function line(difference) {
  const { kind, path } = difference
  if (kind === 'differs') return `differs ${path}: vendor ${difference.vendor} | ours ${difference.ours}`
  const { said, below } = difference
  const fields = below === 0 ? '' : ` and ${below} ${below === 1 ? 'field' : 'fields'} below`
  return `${kind} ${path}${said === '' ? '' : `: ${said}`}${fields}`
}
