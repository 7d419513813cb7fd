// Runs the examples as a user would: each in a folder of its own, with the packed mock in place of file:../..
// node test/examples.mjs
import { spawnSync } from 'node:child_process'
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { emptyFolder, npm, packProject, project } from './tarball.mjs'

/** Why an example cannot run here; undefined if it can. */
function obstacle(name) {
  if (name !== 'pytest') return undefined
  const { status } = spawnSync('python3', ['-m', 'pytest', '--version'])
  return status === 0 ? undefined : 'there is no python3 with pytest here (pip install pytest)'
}

const { tarball } = packProject()
const counts = { passed: 0, failed: 0, skipped: 0 }
for (const name of readdirSync(join(project, 'examples'))) {
  const trouble = obstacle(name)
  if (trouble !== undefined) {
    console.log(`SKIPPED examples/${name}: ${trouble}`)
    counts.skipped += 1
    continue
  }
  const folder = emptyFolder(name)
  cpSync(join(project, 'examples', name), folder, {
    recursive: true,
    filter: path => !/node_modules|__pycache__|package-lock/.test(path.split(sep).at(-1)),
  })
  const manifest = join(folder, 'package.json')
  writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('file:../..', `file:${tarball}`))
  npm(['install'], { cwd: folder })
  const { status } = spawnSync('npm', ['test'], { cwd: folder, stdio: 'inherit' })
  console.log(`${status === 0 ? 'ok' : 'FAILED'} examples/${name}`)
  counts[status === 0 ? 'passed' : 'failed'] += 1
}
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`)
process.exitCode = counts.failed > 0 ? 1 : 0
