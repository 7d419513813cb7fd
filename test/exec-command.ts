import { run } from './command-line.ts'

/** A command of JavaScript for `exec`. `turn` sends the agent a text with what the environment says. */
export const js = (code: string, ...args: string[]) => [
  process.execPath,
  '--input-type=module',
  '--eval',
  `const { ORQ_BASE_URL: url, ORQ_API_KEY: key } = process.env
   const turn = text => fetch(url + '/v2/agents/support/responses', {
     method: 'POST',
     headers: { authorization: 'Bearer ' + key, 'content-type': 'application/json' },
     body: JSON.stringify({ message: { role: 'user', parts: [{ kind: 'text', text }] } }),
   })
   ${code}`,
  '--',
  ...args,
]

/** Runs `exec` in this process. The command is one of its own; what it writes to standard output is to be nothing. */
export const exec = (flags: string[], command: string[], env: NodeJS.ProcessEnv = {}) =>
  run(['exec', ...flags, '--', ...command], { PATH: process.env['PATH'], ...env })
