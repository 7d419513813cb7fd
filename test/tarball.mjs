import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const project = fileURLToPath(new URL('..', import.meta.url))

/** An empty folder outside the project, gone when the process ends. */
export function emptyFolder(name) {
  const folder = mkdtempSync(join(tmpdir(), `orq-agents-mock-${name}-`))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Runs npm, and answers what it says on standard output. */
export function npm(args, options) {
  const quiet = { npm_config_loglevel: 'error', npm_config_fund: 'false', npm_config_audit: 'false' }
  return execFileSync('npm', args, { encoding: 'utf8', ...options, env: { ...process.env, ...quiet, ...options.env } })
}

/**
 * Packs the project as `npm publish` would: in a copy, so that nothing here changes, with leavings of an older build in
 * its dist. Answers the tarball and the paths of the files in it.
 */
export function packProject() {
  const copy = emptyFolder('pack')
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: project })
  for (const file of listed.toString().split('\0').filter(Boolean)) {
    mkdirSync(dirname(join(copy, file)), { recursive: true })
    cpSync(join(project, file), join(copy, file), { force: true })
  }
  symlinkSync(join(project, 'node_modules'), join(copy, 'node_modules'))
  mkdirSync(join(copy, 'dist'))
  writeFileSync(join(copy, 'dist', 'chunk-OLDBUILD.js'), 'throw new Error("of an older build")\n')
  const said = npm(['pack', '--json', '--pack-destination', copy], { cwd: copy })
  // The scripts of the package talk on the same stream, before the JSON.
  const [{ filename, files, unpackedSize }] = JSON.parse(said.slice(said.lastIndexOf('\n[\n') + 1))
  return { tarball: join(copy, filename), files: files.map(({ path }) => path), unpackedSize }
}
