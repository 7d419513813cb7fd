// The mock in a process that answers questions about its own memory and handles.
import { get } from 'node:http'
import { startMock } from '../../dist/index.js'

const mock = await startMock(JSON.parse(process.env.OPTIONS ?? '{}'))
console.log(`ready ${mock.url}`)

const answers = {
  heapMb() {
    globalThis.gc()
    globalThis.gc()
    return process.memoryUsage().heapUsed / 2 ** 20
  },
  resources: () =>
    process
      .getActiveResourcesInfo()
      .filter(name => name !== 'PipeWrap')
      .toSorted(),
  health: () =>
    new Promise(resolve =>
      get(`${mock.url}/__admin/health`, { agent: false }, reply => reply.on('data', text => resolve(JSON.parse(text)))),
    ),
}
process.on('message', async question => process.send({ question, answer: await answers[question]() }))
process.on('SIGTERM', () => mock.close().then(() => process.exit(0)))
