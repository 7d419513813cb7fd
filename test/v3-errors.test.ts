import t, { type Test } from 'tap'
import { fixture, start, wrong } from './kit.ts'
import { ApiError } from '../src/contract/errors.ts'
import { auth, json, speakTo, type Answer } from './raw-http.ts'
import { router, wrongError } from './v3-kit.ts'

const fixtures = [
  fixture([{ name: 'stall', when: { text: 'stall' }, steps: [{ cut: 'stall' }, { wait: '10s' }] }], {
    agent: 'support',
  }),
]
const { url } = await start(t, { fixtures, maxBody: 500, maxStreams: 1 })
const { ask } = speakTo(url)

function isRouterError(t: Test, { status, headers, text }: Answer, wanted: number, found: object): void {
  t.equal(status, wanted)
  t.match(headers['content-type'], /^application\/json/)
  const body = JSON.parse(text) as { error: object; mock: object }
  t.equal(wrongError(body), '')
  t.strictSame(Object.keys(body), ['error', 'mock'])
  t.strictSame(Object.keys(body.error), ['message', 'type', 'param', 'code'], 'all four keys')
  t.match(body.error, found)
}

const good = { model: 'agent/support', input: 'Hello' }
const bad = { type: 'invalid_request_error', code: 'invalid_request_body' }

/** Bodies that are refused. */
const bodies: Record<string, [body: unknown, status: number, error: object]> = {
  'a model without a slash': [{ ...good, model: 'support' }, 400, { message: 'invalid model format', param: 'model' }],
  'no model': [{ input: 'a' }, 400, { message: 'invalid model format', code: null }],
  'an agent without a key': [{ ...good, model: 'agent/' }, 400, { message: 'invalid model format' }],
  'a bare model': [
    { ...good, model: 'openai/gpt-4o' },
    400,
    { message: /^"openai\/gpt-4o" is a bare model/, param: 'model' },
  ],
  'no input': [{ model: 'agent/support' }, 400, { ...bad, param: 'input', message: /^input is missing/ }],
  'an input of another type': [{ ...good, input: 5 }, 400, { ...bad, param: 'input', message: /string.*array/ }],
  'an item without content': [
    { ...good, input: [{ role: 'user' }] },
    400,
    { ...bad, param: 'input[0]', message: 'input[0] must have "content"' },
  ],
  'an unknown role': [{ ...good, input: [{ role: 'tool', content: '' }] }, 400, { ...bad, param: 'input[0].role' }],
  'a value of metadata that is no text': [{ ...good, metadata: { a: 1 } }, 400, { ...bad, param: 'metadata.a' }],
  'several mistakes at once': [
    { ...good, stream: 'yes', temperature: 'hot' },
    400,
    { ...bad, message: /stream must be boolean.*temperature must be number|temperature.*stream/ },
  ],
  'no object': [[], 400, { ...bad, param: null }],
  'background without storage': [{ ...good, background: true, store: false }, 400, { ...bad, param: 'store' }],
  'an agent that no fixture names': [{ ...good, model: 'agent/nobody' }, 404, { code: 'agent_not_found' }],
  'a request that no script matches': [good, 404, { code: 'mock_no_match', message: /The nearest script is "stall"/ }],
}
for (const [name, [body, status, error]] of Object.entries(bodies))
  t.test(`a request is refused: ${name}`, async t => {
    isRouterError(t, await ask('POST', router, { ...auth, ...json }, JSON.stringify(body)), status, error)
  })

t.test('unknown keys pass, since every release of every client has new ones', async t => {
  const answer = await ask(
    'POST',
    router,
    { ...auth, ...json },
    JSON.stringify({ ...good, speed: 'fast', include: [] }),
  )
  isRouterError(t, answer, 404, { code: 'mock_no_match' })
})

const unauthorized = { code: 'invalid_api_key', message: 'API key is not valid for this workspace' }
type Ask = [method: string, path: string, headers: Record<string, string>, body?: string]

/** What the framework, HTTP or the mock itself refuses, below both paths. */
const edges = (path: string): Record<string, [sent: Ask, status: number, error: object]> => ({
  'no key': [['POST', path, json, '{}'], 401, unauthorized],
  'no key, for a response': [['GET', `${path}/resp_1`, {}], 401, unauthorized],
  'broken JSON': [['POST', path, { ...auth, ...json }, '{'], 400, { ...bad, message: /^The body is not JSON/ }],
  'too large a body': [['POST', path, { ...auth, ...json }, `"${'x'.repeat(600)}"`], 413, { code: 'body_too_large' }],
  'another type of content': [
    ['POST', path, { ...auth, 'content-type': 'text/plain' }, 'Hello'],
    415,
    { code: 'wrong_content_type' },
  ],
  'another method': [['PUT', path, { ...auth, ...json }, '{}'], 405, { code: 'wrong_method' }],
  'a path that is none': [['GET', path.replace('responses', 'other'), auth], 404, { code: 'unknown_route' }],
  'a path that cannot be decoded': [['GET', `${path}/%zz`, auth], 400, { code: 'bad_url' }],
  'too long a path': [['GET', `${path}/${'x'.repeat(2000)}`, auth], 414, { code: 'url_too_long' }],
  'an expectation': [['POST', path, { ...auth, ...json, expect: 'more' }, '{}'], 417, { code: 'wrong_expectation' }],
  'an unknown response': [
    ['GET', `${path}/resp_1`, auth],
    404,
    { code: 'response_not_found', message: /^Response resp_1 was not found\./ },
  ],
  cancel: [['POST', `${path}/resp_1/cancel`, auth], 404, { message: /The vendor publishes no cancel/ }],
  delete: [['DELETE', `${path}/resp_1`, auth], 405, { message: /The vendor publishes no delete/ }],
  'input items': [['GET', `${path}/resp_1/input_items`, auth], 404, { message: /no list of input items/ }],
  'a stream that goes on': [
    ['GET', `${path}/resp_1?stream=true&starting_after=3`, auth],
    400,
    { message: /no stream of a response that has begun/ },
  ],
})
for (const path of [router, '/v2/router/responses'])
  for (const [name, [sent, status, error]] of Object.entries(edges(path)))
    t.test(`below ${path}, an error has this API's shape: ${name}`, async t => {
      isRouterError(t, await ask(...sent), status, error)
    })

t.test('a path that is written with codes has the same shape', async t => {
  isRouterError(t, await ask('POST', router.replace('v3', '%763'), { ...auth, ...json }, '{'), 400, bad)
})

t.test('the path without router says where it is', async t => {
  isRouterError(t, await ask('POST', '/v3/responses', auth), 404, { message: /The path is \/v3\/router\/responses\./ })
})

t.test('a limit is a 429 with Retry-After', async t => {
  const body = JSON.stringify({ ...good, input: 'stall', stream: true })
  const leave = new AbortController()
  const open = await fetch(url + router, { method: 'POST', headers: { ...auth, ...json }, body, signal: leave.signal })
  t.equal(open.status, 200)
  const answer = await ask('POST', router, { ...auth, ...json }, body)
  isRouterError(t, answer, 429, { code: 'rate_limit_exceeded', type: 'rate_limit_error' })
  t.equal(answer.headers['retry-after'], '1')
  leave.abort()
})

t.test('elsewhere, errors keep the shape of the first API', async t => {
  for (const [method, path] of [
    ['GET', '/v2/agents/support/other'],
    ['POST', '/v2/agents/support/responses'],
    ['GET', '/v1/responses'],
  ] as const) {
    const { text } = await ask(method, path, {})
    t.equal(wrong(ApiError, JSON.parse(text)), '', `${method} ${path}`)
  }
})
