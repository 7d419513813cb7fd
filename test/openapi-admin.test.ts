import t, { type Test } from 'tap'
import type { Settings } from '../src/options/settings.ts'
import { fixture, start, user } from './kit.ts'
import { bodyPointer, openDocument } from './openapi-document.ts'
import { auth, json, speakTo, turns, type Answer } from './raw-http.ts'

const scripts = fixture([
  {
    name: 'review',
    when: { text: 'review' },
    steps: [{ review: 'pay', outcome: 'manual' }, { say: 'Paid {{variables.gone}}.' }],
  },
  { name: 'waits', when: { text: 'wait' }, steps: [{ say: 'A moment.' }, { wait: '1m' }] },
  { name: 'held', when: { text: 'hold' }, hold: 'manual', steps: [{ say: 'Hi.' }] },
])
const settings: Partial<Settings> = { fixtures: [scripts], clock: 'manual', maxBody: 2000 }
const headers = { ...auth, ...json }

async function startSpeaking(t: Test, more: Partial<Settings> = {}) {
  const { url } = await start(t, { ...settings, ...more })
  const { ask } = speakTo(url)
  return {
    ask,
    get: (path: string) => ask('GET', `/__admin${path}`, auth),
    delete: (path: string) => ask('DELETE', `/__admin${path}`, auth),
    post: (path: string, body?: unknown) =>
      ask('POST', `/__admin${path}`, headers, body === undefined ? body : JSON.stringify(body)),
    put: (path: string, body: unknown) => ask('PUT', `/__admin${path}`, headers, JSON.stringify(body)),
    /** Asks for a background turn; answers its task. */
    async task(text: string): Promise<string> {
      const sent = JSON.stringify({ message: user(text), background: true })
      return JSON.parse((await ask('POST', turns, headers, sent)).text).task_id
    },
  }
}
type Speaker = Awaited<ReturnType<typeof startSpeaking>>

const anything = fixture([{ name: 'anything', steps: [{ say: 'Anything.' }] }])
const settled = (action: string, text: string) => async (to: Speaker) =>
  to.post(`/tasks/${await to.task(text)}/${action}`)

type Call = [operation: string, status: number, (to: Speaker) => Promise<Answer>, Partial<Settings>?]
const calls: Call[] = [
  ['GET /__admin/health', 200, to => to.get('/health')],
  ['GET /__admin/ready', 200, to => to.get('/ready')],
  ['GET /__admin/openapi.json', 200, to => to.get('/openapi.json')],
  ['GET /__admin/fixture.schema.json', 200, to => to.get('/fixture.schema.json')],
  ['POST /__admin/clock/advance', 200, to => to.post('/clock/advance', { ms: 5 })],
  ['POST /__admin/clock/advance', 400, to => to.post('/clock/advance', { ms: -1 })],
  ['POST /__admin/clock/advance', 409, to => to.post('/clock/advance', { ms: 5 }), { clock: 'real' }],
  ['POST /__admin/reset', 200, async to => to.task('wait').then(() => to.post('/reset', {}))],
  ['GET /__admin/requests', 200, async to => to.task('review').then(() => to.get('/requests'))],
  ['GET /__admin/requests', 200, async to => to.task('no such thing').then(() => to.get('/requests?unmatched=true'))],
  [
    'GET /__admin/requests',
    200,
    async to => {
      await to.ask('POST', turns, headers, JSON.stringify({ message: user('hold'), stream: true }))
      return to.get('/requests')
    },
  ],
  ['GET /__admin/requests', 400, to => to.get('/requests?limit=0')],
  ['DELETE /__admin/requests', 200, to => to.delete('/requests')],
  ['POST /__admin/verify', 200, to => to.post('/verify', [{ script: 'held', never: true }])],
  ['POST /__admin/verify', 400, to => to.post('/verify', [])],
  ['POST /__admin/verify', 422, async to => to.task('hold').then(() => to.post('/verify', [{ script: 'waits' }]))],
  ['GET /__admin/scripts', 200, async to => to.task('hold').then(() => to.get('/scripts'))],
  ['GET /__admin/scripts', 400, to => to.get('/scripts?unused=perhaps')],
  ['PUT /__admin/fixtures', 200, to => to.put('/fixtures', anything)],
  ['PUT /__admin/fixtures', 422, to => to.put('/fixtures', { script: [] })],
  ['PUT /__admin/fixtures', 413, to => to.put('/fixtures', { agent: 'a'.repeat(2000) })],
  ['PUT /__admin/fixtures', 415, to => to.ask('PUT', '/__admin/fixtures', auth, 'scripts:')],
  ['DELETE /__admin/fixtures', 200, to => to.delete('/fixtures')],
  ['GET /__admin/tasks', 200, async to => to.task('review').then(() => to.get('/tasks'))],
  ['GET /__admin/tasks/{id}', 200, async to => to.get(`/tasks/${await to.task('review')}`)],
  ['GET /__admin/tasks/{id}', 200, async to => to.get(`/tasks/${await to.task('hold')}`)],
  ['GET /__admin/tasks/{id}', 404, to => to.get('/tasks/01K')],
  ['POST /__admin/tasks/{id}/approve', 200, settled('approve', 'review')],
  ['POST /__admin/tasks/{id}/approve', 409, settled('approve', 'hold')],
  ['POST /__admin/tasks/{id}/reject', 200, settled('reject', 'review')],
  ['POST /__admin/tasks/{id}/release', 200, settled('release', 'hold')],
  ['POST /__admin/tasks/{id}/fail', 200, settled('fail', 'wait')],
  ['POST /__admin/tasks/{id}/fail', 404, to => to.post('/tasks/01K/fail')],
  ['GET /__admin/tasks', 401, to => to.get('/tasks'), { adminToken: 'secret' }],
  ['GET /__admin/health', 403, to => to.ask('GET', '/__admin/health', { 'sec-fetch-site': 'cross-site' })],
  ['GET /__admin/tasks', 405, to => to.ask('PATCH', '/__admin/tasks', headers, '{}')],
  [
    'PUT /__admin/fixtures',
    429,
    async to => {
      await to.task('wait')
      const other = { ...json, authorization: 'Bearer other-key' }
      return to.ask('PUT', '/__admin/fixtures', other, JSON.stringify(anything))
    },
    { maxWorkspaces: 1 },
  ],
]
const { get } = await startSpeaking(t)
const document = openDocument(JSON.parse((await get('/openapi.json')).text))

for (const [at, [operation, status, call, more]] of calls.entries())
  t.test(`${operation} answers ${status} as the document says (${at + 1})`, async t => {
    const to = await startSpeaking(t, more)
    const answer = await call(to)
    t.equal(answer.status, status, answer.text)
    const type = answer.headers['content-type']!.split(';')[0]!
    if (!t.ok(document.responsesOf(operation)[status]?.content[type], 'the status and the type are in the document'))
      return
    const pointer = bodyPointer(operation, String(status), type)
    t.equal(document.wrong(pointer, JSON.parse(answer.text)), '')
    t.strictSame(document.unnamedIn(pointer, JSON.parse(answer.text)), [], 'and nothing that it does not name')
  })

t.test('every operation of the control API has been called', async t => {
  const admin = document.operations.map(({ name }) => name).filter(name => name.includes('/__admin'))
  t.strictSame([...new Set(calls.map(([operation]) => operation))].sort(), admin.sort())
})
