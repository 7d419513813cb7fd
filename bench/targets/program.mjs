// The real program, with a fixture that comes in a variable.
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const folder = mkdtempSync(join(tmpdir(), 'orq-bench-'))
writeFileSync(join(folder, 'fixture.json'), process.env.FIXTURE)
process.argv.push('--port', '0', '--log-level', 'warn', '--fixtures', folder)
await import('../../dist/bin.js')
