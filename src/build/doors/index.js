import { createRequire } from 'node:module'

// The same instance that `require` gets, so that there is one FixtureError. Not imported: see bin.js.
export const { FixtureError, startMock } = createRequire(import.meta.url)('./mock.cjs')
