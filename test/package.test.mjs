// What a user gets from the registry: packed, installed into empty folders, used as the README says. Slow, so it stands
// outside tap: node test/package.test.mjs
import { after } from 'node:test'
import { counts } from './package/home.mjs'

for (const subject of ['bundled', 'contents', 'library', 'program', 'types']) await import(`./package/${subject}.mjs`)
after(() => console.log(`${counts.passed} passed, ${counts.failed} failed`))
