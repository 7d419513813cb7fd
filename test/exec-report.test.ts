import { join } from 'node:path'
import t from 'tap'
import { exec, js } from './exec-command.ts'

const hello = JSON.stringify({ scripts: [{ name: 'hello', when: { text: 'Hello' }, steps: [{ say: 'Hello' }] }] })

const both = `await turn('Hello'); await turn('Hello'); await turn('Something else')`

t.test('the last line on standard error counts requests, unmatched ones and unused scripts', async t => {
  const scripts = Array.from({ length: 7 }, (_, index) => ({
    name: `s${index}`,
    when: { text: `t${index}` },
    steps: [],
  }))
  const dir = t.testdir({ 'a.json': hello, 'b.json': JSON.stringify({ agent: 'other', scripts }) })
  const told = await exec(['--fixtures', dir], js(both))
  t.equal(told.code, 0)
  t.match(told.err, /\norq-agents-mock: 3 requests, 1 unmatched, 7 unused scripts \(s0, s1, s2, s3, s4, …\)\n$/)
  const quiet = await exec(['--fixtures', join(dir, 'a.json')], js(`await turn('Hello')`))
  t.equal(quiet.code, 0)
  t.equal(quiet.err, 'orq-agents-mock: 1 requests, 0 unmatched, 0 unused scripts\n')
})

t.test('each miss is told once with its hint, before the last line', async t => {
  const misses = `await turn('Else'); await turn('Else'); await fetch(url + '/v1/models?key=' + key)
    await fetch(url + '/v2/agents/support/responses', { method: 'POST' })
    await fetch(url + '/v2/agents/support/responses', { method: 'PUT' })`
  const file = join(t.testdir({ 'a.json': hello }), 'a.json')
  const { code, err } = await exec(['--fixtures', file], js(misses))
  t.equal(code, 0)
  const lines = err.split('\n')
  t.match(
    lines[0],
    /^orq-agents-mock: unmatched, 2 times: support → no script: The nearest script is "hello" \(.*a\.json:1\): text: expected "Hello", found "Else"$/,
  )
  t.strictSame(lines.slice(1), [
    'orq-agents-mock: unmatched: GET /v1/models → unknown route',
    'orq-agents-mock: unmatched: support → refused: API key is not valid for this workspace: Send "Authorization: Bearer <any key>"; each key is a workspace of its own',
    'orq-agents-mock: 5 requests, 4 unmatched, 1 refused, 1 unused scripts (hello)',
    '',
  ])
})

t.test('requests are told one by one only where --log-level is given', async t => {
  const { code, err } = await exec(['--log-level', 'info'], js(`await turn('Hello')`))
  t.equal(code, 0)
  t.equal(err.trimEnd().split('\n').length, 2)
})

const verdicts: [flags: string[], code: string, expected: number][] = [
  [['--fail-on-unmatched'], both, 1],
  [['--fail-on-unmatched'], `await turn('Hello')`, 0],
  [['--fail-on-unmatched', '--unmatched', 'echo'], `await turn('x')`, 1],
  [['--fail-on-unused'], `await turn('Something else')`, 1],
  [['--fail-on-unused'], both, 0],
  [['--fail-on-unmatched'], `await fetch(url + '/v1/models')`, 1],
  [['--fail-on-unmatched'], `await fetch(url + '/v2/agents/support/responses/1')`, 1],
  [['--fail-on-unmatched'], `await fetch(url); await fetch(url + '/__admin/x')`, 0],
  [['--fail-on-unmatched'], '', 0],
  [['--fail-on-no-requests'], '', 1],
  [['--fail-on-no-requests'], 'process.exit(5)', 5],
  [['--fail-on-no-requests'], `await fetch(url + '/__admin/health')`, 1],
  [['--fail-on-no-requests'], `await fetch(url + '/v1/models')`, 0],
  [['--fail-on-no-requests', '--fail-on-unmatched'], `await turn('Hello')`, 0],
  [['--fail-on-unmatched', '--fail-on-unused'], `${both}; process.exit(5)`, 5],
  [[], `await turn('Something else')`, 0],
]
for (const [flags, command, expected] of verdicts) {
  t.test(`exec ${flags.join(' ')} -- ${command} ends with ${expected}`, async t => {
    const file = join(t.testdir({ 'a.json': hello }), 'a.json')
    const { code, err } = await exec(['--fixtures', file, ...flags], js(command))
    t.equal(code, expected)
    t.match(err, /orq-agents-mock: \d requests/)
    const why = 'orq-agents-mock: no request came: does the command use ORQ_BASE_URL?\n'
    t.equal(err.startsWith(why), flags.includes('--fail-on-no-requests') && / 0 requests/.test(err))
  })
}
