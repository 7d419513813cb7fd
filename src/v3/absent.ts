/** What OpenAI's clients can ask for below these paths, and the vendor does not publish. */
const absences: [request: RegExp, words: string][] = [
  [
    /^POST .*\/router\/responses\/[^/]+\/cancel$/,
    'The vendor publishes no cancel, and its SDKs refuse the status "cancelled".',
  ],
  [/^DELETE .*\/router\/responses\/[^/]+$/, 'The vendor publishes no delete: send "store": false to keep nothing.'],
  [
    /^GET .*\/router\/responses\/[^/]+\/input_items$/,
    'The vendor publishes no list of input items; the response repeats its input.',
  ],
  [/^POST .*\/responses\/compact$/, 'To compact is no call of an agent, which is all that this mock plays.'],
  [/^\w+ .*\/v3\/responses(\/|$)/, 'The path is /v3/router/responses.'],
]

/** Why something is not there that clients ask for. */
export function absent(method: string, path: string): string | undefined {
  const request = `${method} ${path}`
  return absences.find(([pattern]) => pattern.test(request))?.[1]
}
