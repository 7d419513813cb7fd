import { spawn, type ChildProcess } from 'node:child_process'

/**
 * Ends a command, should this process be killed before it can: a small process of its own holds the other end of a pipe,
 * and the kernel closes that when we are gone, whatever killed us. Answers what takes it away when all is well. Windows
 * ends the children of a process with it.
 */
export function guard(command: ChildProcess, group: boolean, patienceMs: number): () => void {
  if (process.platform === 'win32' || command.pid === undefined) return () => {}
  const target = group ? -command.pid : command.pid
  const watcher = spawn(process.execPath, ['--eval', `(${String(outlive)})(${target}, ${patienceMs})`], {
    // What the user has Node load is none of its business; nor is a signal to our group.
    env: { ...process.env, NODE_OPTIONS: '' },
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  // Without it, the command runs all the same.
  watcher.on('error', () => {})
  watcher.stdin?.on('error', () => {})
  return () => void watcher.kill('SIGKILL')
}

/** Runs in that process, with nothing but what stands here. */
function outlive(target: number, patienceMs: number): void {
  const end = (signal: NodeJS.Signals) => {
    try {
      process.kill(target, signal)
    } catch {
      process.exit()
    }
  }
  const gone = () => {
    end('SIGTERM')
    setTimeout(end, patienceMs, 'SIGKILL')
  }
  process.stdin.resume().once('error', gone).once('end', gone)
}
