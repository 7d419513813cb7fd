// Runs every case over one version of the Node SDK: `node suite.mjs <alias>`. One JSON object a line goes out.
import { readFileSync } from 'node:fs'
import { abilitiesOf, openClient } from './client.mjs'
import { runCase } from './case.mjs'
import answers from './cases/answers.mjs'
import aborts from './cases/aborts.mjs'
import brokenStreams from './cases/broken-streams.mjs'
import errors from './cases/errors.mjs'
import files from './cases/files.mjs'
import hardTimes from './cases/hard-times.mjs'
import people from './cases/people.mjs'
import retries from './cases/retries.mjs'
import router from './cases/router.mjs'
import samples from './cases/samples.mjs'
import secure from './cases/secure.mjs'
import timeouts from './cases/timeouts.mjs'
import tools from './cases/tools.mjs'
import wrongReplies from './cases/wrong-replies.mjs'

const cases = [
  ...answers,
  ...people,
  ...tools,
  ...files,
  ...errors,
  ...retries,
  ...timeouts,
  ...aborts,
  ...router,
  ...samples,
  ...secure,
  ...wrongReplies,
  ...brokenStreams,
  ...hardTimes,
]

const [alias] = process.argv.slice(2)
const version = alias.replace(/^orq-/, '')
const { SDK_SUITE_URL: url, SDK_SUITE_MEASURE: measuring } = process.env
const sdk = await import(alias)
const abilities = abilitiesOf(sdk, version)
const known = JSON.parse(readFileSync(new URL('../faults.json', import.meta.url), 'utf8'))
const say = line => process.stdout.write(`${JSON.stringify(line)}\n`)

for (const [index, one] of cases.entries()) {
  const client = openClient(sdk, { url, version, abilities, key: `node-${version}-${index}` })
  const faults = { client: `node ${version}`, known: measuring ? undefined : known, say }
  say(await runCase(one, client, faults))
}
process.exit(0)
