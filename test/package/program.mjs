import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { bodyOf, check, home, run, version } from './home.mjs'

const quiet = { ...process.env, npm_config_loglevel: 'error' }
const npx = (...args) => run('npx', ['--no-install', 'orq-agents-mock', ...args], { env: quiet })

check('npx runs it: --version, --help, a wrong flag', async () => {
  assert.deepEqual(await npx('--version'), { code: 0, out: `${version}\n`, err: '' })
  assert.match((await npx('--help')).out, /^orq-agents-mock \[serve\]/)
  assert.equal((await npx('--prot', '1')).code, 2)
})

check('npx checks the shipped fixtures, and those that init has written', async () => {
  assert.match((await npx('validate')).out, /^ok \S+ \(\d+ scripts for \d+ agents\)\n$/)
  assert.equal((await npx('init', 'mocks')).code, 0)
  assert.ok(existsSync(join(home, 'mocks', '.fixture.schema.json')))
  assert.match((await npx('validate', 'mocks')).out, /2 scripts for 1 agent/)
})

check('it serves the shipped fixtures, is found by healthcheck and ends with 0', async t => {
  const child = spawn(join(home, 'node_modules', '.bin', 'orq-agents-mock'), ['--port', '0'], { cwd: home })
  t.after(() => child.kill('SIGKILL'))
  const [line] = await once(child.stdout, 'data')
  const [, url] = /^ready (http:\/\/127\.0\.0\.1:\d+) \(\d+ scripts for \d+ agents\)\n$/.exec(line)
  const reply = await fetch(`${url}/v2/agents/customer_support/responses`, {
    method: 'POST',
    headers: { authorization: 'Bearer k', 'content-type': 'application/json' },
    body: bodyOf('What are your capabilities?'),
  })
  assert.equal(reply.status, 200)
  assert.deepEqual(await npx('healthcheck', '--port', new URL(url).port), { code: 0, out: 'ready\n', err: '' })
  child.kill('SIGTERM')
  assert.deepEqual(await once(child, 'close'), [0, null])
})

check('exec runs a command against it', async () => {
  const { code, out } = await npx('exec', '--', process.execPath, '-p', 'process.env.ORQ_BASE_URL')
  assert.equal(code, 0)
  assert.match(out, /^http:\/\/127\.0\.0\.1:\d+\n$/)
})
