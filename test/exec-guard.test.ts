import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { buildProgram, until } from './binary.ts'
import { demandGone, family, pidIn } from './family.ts'

const program = buildProgram()

/** The processes that guard the command of an exec. */
const guardsOf = ({ pid }: { pid?: number | undefined }) =>
  readdirSync('/proc').filter(
    name => /^\d+$/.test(name) && (textOf(`/proc/${name}/cmdline`) ?? '').includes(`// of ${pid}\0`),
  )

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

for (const [what, trap] of Object.entries({
  'a command': '',
  'a command that takes no notice of SIGTERM': 'trap "" TERM;',
})) {
  t.test(`${what} ends, with its children, when exec is killed by SIGKILL`, async t => {
    const dir = t.testdir({})
    const exec = program.launch(t, ['exec', '--', ...family(trap)], { cwd: dir, stdio: 'ignore' })
    const pids = await Promise.all(['parent', 'child'].map(name => pidIn(join(dir, name))))
    // It hears of the command a moment after that has begun; whoever kills exec within that moment leaves it behind.
    await sleep(300)
    exec.child.kill('SIGKILL')
    t.equal(await exec.ended, 'SIGKILL')
    await demandGone(t, pids)
    if (existsSync('/proc')) await until(() => guardsOf(exec.child).length === 0 || undefined)
  })
}

t.test('whoever guards a command is gone when that has ended, and never kept it waiting', async t => {
  if (!existsSync('/proc')) return void t.pass('skipped: no /proc here')
  const dir = t.testdir({})
  const script = 'echo $$ > parent; while [ ! -e done ]; do sleep 0.05; done; exit 7'
  // What Node is told to load would end the guard, if it heard of it.
  const env = { NODE_OPTIONS: '--max-old-space-size=100' }
  const exec = program.launch(t, ['exec', '--', 'sh', '-c', script], { cwd: dir, env })
  await pidIn(join(dir, 'parent'))
  const [guard] = await until(() => (guardsOf(exec.child).length > 0 ? guardsOf(exec.child) : undefined))
  t.notMatch(textOf(`/proc/${guard}/environ`), 'max-old-space-size')
  writeFileSync(join(dir, 'done'), '')
  t.equal(await exec.ended, 7)
  // The kernel takes a moment to clear it away.
  await until(() => guardsOf(exec.child).length === 0 || undefined)
})

t.test('on Windows npm is found as npm.cmd, and run by cmd.exe with its arguments quoted', async t => {
  // Here it only says that it were Windows, and what stands in for cmd.exe shows what it is to run.
  const dir = t.testdir({
    'windows.mjs': `Object.defineProperty(process, 'platform', { value: 'win32' })`,
    bin: { 'npm.cmd': '@echo off' },
    'cmd.exe': '#!/bin/sh\nfor word; do echo "$word"; done\nexit 7\n',
  })
  chmodSync(join(dir, 'cmd.exe'), 0o755)
  const exec = program.launch(t, ['exec', '--', 'npm', 'test', 'a b', '100% & "more"'], {
    env: {
      PATH: `${join(dir, 'bin')};/usr/bin:/bin`,
      PATHEXT: '.EXE;.CMD',
      comspec: join(dir, 'cmd.exe'),
      NODE_OPTIONS: `--import=${join(dir, 'windows.mjs')}`,
    },
  })
  t.equal(await exec.ended, 7, exec.err())
  const [, , , line] = exec.out().split('\n')
  t.equal(exec.out(), `/d\n/s\n/c\n${line}\n`)
  t.equal(line, '"npm ^"test^" ^"a^ b^" ^"100^%^ ^&^ \\^"more\\^"^""')
})
