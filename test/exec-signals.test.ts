import { spawnSync, type SpawnOptions } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { buildProgram, launch, until, type Running } from './binary.ts'
import { js } from './exec-command.ts'
import { demandGone, family, pidIn } from './family.ts'

const program = buildProgram()
const node = process.execPath

const exec = (t: Test, flags: string[], command: string[], options?: SpawnOptions): Running =>
  program.launch(t, ['exec', ...flags, '--', ...command], options)

for (const [signal, code] of Object.entries({ SIGTERM: 143, SIGINT: 130, SIGHUP: 129 })) {
  t.test(`${signal} reaches the command and its children, and leaves no orphan`, async t => {
    const dir = t.testdir({})
    // A shell's background child ignores SIGINT; this is about those that do not.
    const child = exec(t, [], signal === 'SIGINT' ? ['sh', '-c', family()[2]!.replace('&', '; true')] : family(), {
      cwd: dir,
    })
    const pids = await Promise.all(['parent', 'child'].map(name => pidIn(join(dir, name))))
    child.child.kill(signal as NodeJS.Signals)
    t.equal(await child.ended, code)
    await demandGone(t, pids)
    t.match(child.err(), 'orq-agents-mock: 0 requests', 'the summary is still told')
  })
}

t.test('a command that catches a signal decides about the exit code', async t => {
  const child = exec(
    t,
    [],
    js(`process.on('SIGTERM', () => process.exit(3)); setInterval(() => {}, 1000); console.log('set')`),
  )
  await until(() => child.out() || undefined)
  child.child.kill('SIGTERM')
  t.equal(await child.ended, 3)
})

t.test('what a command leaves behind in the background is ended with it', async t => {
  const dir = t.testdir({})
  const child = exec(t, [], ['sh', '-c', `(echo $$; exec sleep 60) & echo $! > child`], { cwd: dir, stdio: 'ignore' })
  const pid = await pidIn(join(dir, 'child'))
  t.equal(await child.ended, 0)
  await demandGone(t, [pid])
})

t.test('what a command leaves behind is ended even if it takes no notice of SIGTERM', async t => {
  const dir = t.testdir({})
  const straggler = `sh -c 'trap "" TERM; echo $$ > child; while :; do sleep 0.1; done' &`
  const child = exec(t, [], ['sh', '-c', `${straggler} while [ ! -s child ]; do sleep 0.05; done`], {
    cwd: dir,
    stdio: 'ignore',
  })
  const pid = await pidIn(join(dir, 'child'))
  t.equal(await child.ended, 0)
  await demandGone(t, [pid])
})

t.test('a second signal ends a command that takes no notice of the first, and its children', async t => {
  const dir = t.testdir({})
  const child = exec(t, [], family('trap "" TERM;'), { cwd: dir, stdio: 'ignore' })
  const pids = await Promise.all(['parent', 'child'].map(name => pidIn(join(dir, name))))
  child.child.kill('SIGTERM')
  await new Promise(resolve => setTimeout(resolve, 200))
  t.equal(child.child.exitCode, null, 'it waits for the command')
  child.child.kill('SIGTERM')
  t.not(await child.ended, 0)
  await demandGone(t, pids)
})

t.test('on a terminal Ctrl-C reaches the command once', async t => {
  if (process.platform !== 'linux' || spawnSync('script', ['--version']).status !== 0)
    return void t.pass('skipped: no script of util-linux here')
  const dir = t.testdir({})
  const count = `let n = 0; process.on('SIGINT', () => { n += 1; setTimeout(() => process.exit(10 + n), 300) }); setInterval(() => {}, 1000); console.log('set')`
  writeFileSync(join(dir, 'count.mjs'), count)
  const line = `exec '${node}' '${program.bin}' exec -- '${node}' '${join(dir, 'count.mjs')}'`
  const terminal = launch(t, 'script', ['--quiet', '--return', '--command', line, '/dev/null'])
  await until(() => (terminal.out().includes('set') ? true : undefined))
  terminal.child.stdin!.write('\u0003')
  t.equal(await terminal.ended, 11)
})
