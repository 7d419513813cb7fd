import t from 'tap'
import type { ScriptShape } from '../src/language/shape.ts'
import { controlOf } from './control.ts'
import { fixture, start, user } from './kit.ts'

const script = (fault: 'reset' | 'hang' | 'garbage'): ScriptShape => ({
  name: 'lost',
  reply_fault: fault,
  steps: [{ say: 'You never heard of me.' }],
})

const seen: Record<'reset' | 'hang' | 'garbage', (answer: Promise<Response>) => Promise<string>> = {
  reset: answer => answer.then(String, (error: Error) => error.message),
  garbage: async answer => (await answer).text(),
  hang: answer => answer.then(String, (error: Error) => error.name),
}
const expected = { reset: 'fetch failed', garbage: '{"_id":"resp_', hang: 'TimeoutError' }

for (const fault of ['reset', 'garbage', 'hang'] as const)
  for (const background of [false, true])
    t.test(`${fault}: the ${background ? 'background' : 'sync'} task is there and runs, the reply is lost`, async t => {
      const { client, url } = await start(t, { fixtures: [fixture([script(fault)])] })
      const control = controlOf(url, client.key)
      const init = () => (fault === 'hang' ? { signal: AbortSignal.timeout(200) } : {})
      const post = () => seen[fault](client.send({ message: user('go'), background }, 'support', init()))
      t.equal(await post(), expected[fault])
      t.match(await control.lastRequest(), { script: 'lost', end: 'cut' })
      const [task] = (await control.get('/tasks')).body.tasks
      t.equal(task.state, 'inactive')
      await client.get(task.id)
      t.match((await client.get(task.id)).body, { status: 'completed', output: [{ parts: [{ kind: 'text' }] }] })

      await post()
      t.equal((await control.get('/tasks')).body.tasks.length, 2, 'a retry makes a second task')
    })

t.test('a stream is not lost: it has `cut`', async t => {
  const { client } = await start(t, { fixtures: [fixture([script('reset')])] })
  t.equal((await client.stream({ message: user('go') })).done, true)
})
