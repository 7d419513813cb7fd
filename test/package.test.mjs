// What a user gets from the registry: packed, installed into empty folders, used as the README says. Slow, so it stands
// outside tap: node test/package.test.mjs
import { after } from 'node:test'
import { counts } from './package/home.mjs'
import './package/bundled.mjs'
import './package/contents.mjs'
import './package/library.mjs'
import './package/program.mjs'
import './package/types.mjs'

after(() => console.log(`${counts.passed} passed, ${counts.failed} failed`))
