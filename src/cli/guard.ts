import { spawn, type ChildProcess } from 'node:child_process'

/** Ends a command, should this process be killed before it can. */
interface Guard {
  /** From now on, this process, or its group. */
  watch(command: ChildProcess, group: boolean): void
  /** All is well: nobody needs it any longer. */
  dismiss(): void
}

const noGuard: Guard = { watch() {}, dismiss() {} }

/**
 * A small process of its own holds the other end of a pipe, and the kernel closes that when we are gone, whatever killed
 * us. It is there before the command, since we may be killed at any moment after that. Windows ends the children of a
 * process with it.
 */
export function callGuard(patienceMs: number): Guard {
  if (process.platform === 'win32') return noGuard
  // Whose guard it is, is for people who look at the list of processes.
  const watcher = spawn(process.execPath, ['--eval', `(${String(outlive)})(${patienceMs}) // of ${process.pid}`], {
    // What the user has Node load is none of its business; nor is a signal to our group.
    env: { ...process.env, NODE_OPTIONS: '' },
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  // Without it, the command runs all the same.
  watcher.on('error', () => {})
  watcher.stdin?.on('error', () => {})
  return {
    watch({ pid }, group) {
      if (pid !== undefined) watcher.stdin?.write(String(group ? -pid : pid))
    },
    dismiss: () => void watcher.kill('SIGKILL'),
  }
}

/** Runs in that process, with nothing but what stands here. */
function outlive(patienceMs: number): void {
  let target = ''
  const end = (signal: NodeJS.Signals) => {
    try {
      process.kill(Number(target), signal)
    } catch {
      process.exit()
    }
  }
  const gone = () => {
    // Zero would be ourselves.
    if (target === '') process.exit()
    end('SIGTERM')
    setTimeout(end, patienceMs, 'SIGKILL')
  }
  process.stdin.on('data', pid => (target += String(pid)))
  process.stdin.once('error', gone).once('end', gone)
}
