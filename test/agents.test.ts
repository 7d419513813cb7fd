import { Orq } from '@orq-ai/node'
import t from 'tap'
import { AgentProfile } from '../src/contract/agent.ts'
import { ApiError, TaskNotFound } from '../src/contract/errors.ts'
import { controlOf } from './control.ts'
import { fixture, start, wrong } from './kit.ts'
import { auth, speakTo } from './raw-http.ts'

const scripts = [{ name: 'hello', steps: [{ say: 'Hello.' }] }]
const fixtures = [
  fixture(scripts, { agent: 'plain', model: 'vendor/model' }),
  fixture(scripts, {
    agent: 'rich',
    profile: {
      description: 'Refunds.',
      status: 'draft',
      model: { id: 'a/b' },
      settings: { max_iterations: 3 },
    } as object,
  }),
  fixture(scripts, { agent: 'team_*' }),
  fixture(scripts, { agent: 'versioned@2.0.0' }),
  fixture(scripts),
]
const { url } = await start(t, { fixtures })
const { ask } = speakTo(url)
const get = async (agent: string) => {
  const { status, text } = await ask('GET', `/v2/agents/${agent}`, auth)
  return { status, body: JSON.parse(text) as Record<string, unknown> }
}

t.test('an agent that a fixture names is there, with all that clients demand', async t => {
  for (const agent of ['plain', 'plain@1.0.0', 'rich', 'team_red', 'versioned@2.0.0']) {
    const { status, body } = await get(agent)
    t.equal(status, 200, agent)
    t.equal(wrong(AgentProfile, body), '')
    t.equal(body['key'], agent.replace(/@.*/, ''))
  }
  t.match((await get('plain')).body, { status: 'live', model: { id: 'vendor/model' }, instructions: '' })
})

t.test('what a fixture says of its agent wins', async t => {
  const { body } = await get('rich')
  t.match(body, { key: 'rich', description: 'Refunds.', status: 'draft', model: { id: 'a/b' }, path: 'Default' })
  t.strictSame(body['settings'], { max_iterations: 3 })
})

t.test('one that only a catch-all would answer for is a 404', async t => {
  for (const agent of ['nobody', 'versioned', 'responses']) {
    const { status, body } = await get(agent)
    t.equal(status, 404, agent)
    t.equal(wrong(TaskNotFound, body), '')
    t.match(body, { message: new RegExp(`^There is no agent "${agent}"`), mock: { code: 'unknown_agent' } })
  }
})

t.test('it is a request like others: with a key, and in the journal', async t => {
  const { status, text } = await ask('GET', '/v2/agents/plain', {})
  t.equal(status, 401)
  t.equal(wrong(ApiError, JSON.parse(text)), '')
  await get('plain')
  t.match(await controlOf(url, 'test-key').lastRequest(), {
    agent: 'plain',
    method: 'GET',
    status: 200,
    unmatched: false,
  })
})

t.test("the vendor's SDK reads it, and knows its own 404", async t => {
  const orq = new Orq({ apiKey: 'k', serverURL: url })
  const agent = await orq.agents.retrieve('plain')
  t.match(agent, { key: 'plain', status: 'live' })
  const error = await orq.agents.retrieve('nobody').then(String, (error: Error) => error)
  t.equal((error as Error).constructor.name, 'RetrieveAgentRequestResponseBody')
  t.match(error, { message: /There is no agent "nobody"/ })
})
