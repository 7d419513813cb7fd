import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process'

type Spawn = (command: string, args: string[], options: SpawnOptions) => ChildProcess

/** Windows finds a command such as `npm.cmd` only by its full name, and wants it run, well quoted, by `cmd.exe`. */
export async function spawner(platform: NodeJS.Platform): Promise<Spawn> {
  return platform === 'win32' ? (await import('cross-spawn')).default : spawn
}
