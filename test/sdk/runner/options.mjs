import { parseArgs } from 'node:util'

export class UsageError extends Error {}

export const parts = ['node', 'python', 'oldest-newest']

export const usage = `node test/sdk/run.mjs [flags]

Runs the cases over every version of the SDKs, against dist/bin.js.

  --only PART    ${parts.join(', ')}; repeatable, or with commas: --only python,oldest-newest
  --table FILE   write the results between <!-- sdk-table:start --> and <!-- sdk-table:end --> of FILE
  --measure      take what the SDKs do with faults for what is known: rewrites faults.json and the table in README.md
  --jobs N       so many clients at once. Default 6
  --verbose      with the whole trace of each failure`

const flags = {
  only: { type: 'string', multiple: true, default: [] },
  table: { type: 'string' },
  measure: { type: 'boolean', default: false },
  jobs: { type: 'string', default: '6' },
  verbose: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
}

/** @param {string[]} args */
export function readOptions(args) {
  const values = parse(args)
  const only = values.only.flatMap(text => text.split(','))
  const stranger = only.find(part => !parts.includes(part))
  if (stranger !== undefined) throw new UsageError(`--only ${stranger}: must be one of ${parts.join(', ')}`)
  if (!/^[1-9]\d?$/.test(values.jobs))
    throw new UsageError(`--jobs ${String(values.jobs)}: must be a number from 1 to 99`)
  if (values.table !== undefined && only.length > 0)
    throw new UsageError('--table needs every client, so it does not go with --only')
  return { ...values, only, jobs: Number(values.jobs) }
}

function parse(args) {
  try {
    return parseArgs({ args, options: flags }).values
  } catch (error) {
    throw new UsageError(error.message, { cause: error })
  }
}
