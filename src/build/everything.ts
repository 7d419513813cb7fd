/** All that runs, for one file: what stands in `doors` opens it for the shell, for `import` and for `require`. */
export { main } from '../cli/main.ts'
export { processStreams } from '../cli/process.ts'
export { FixtureError, startMock } from '../index.ts'
