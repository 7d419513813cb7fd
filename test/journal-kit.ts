import { until } from './exchange.ts'
import { fixture, user, type Started } from './kit.ts'

const scripts = fixture(
  [
    { name: 'hello', when: { text: 'hello' }, steps: [{ say: 'Hello, {{variables.nobody}}.' }] },
    { name: 'priced', when: { text: 'priced' }, usage: { total_tokens: 7 }, steps: [{ say: 'Done.' }] },
    { name: 'slow', when: { text: 'slow' }, steps: [{ say: 'One.' }, { wait: '1s' }, { say: 'Two.' }] },
    { name: 'cut', when: { text: 'cut' }, steps: [{ say: 'One.' }, { cut: 'end' }, { wait: '1s' }, { say: 'Two.' }] },
    { name: 'broken', when: { text: 'broken' }, steps: [{ fail: 'It broke.', code: 422 }] },
    { name: 'busy', when: { text: 'busy' }, http: { status: 429 } },
    { name: 'reset', when: { text: 'reset' }, http: { fault: 'reset' } },
  ],
  { agent: 'support' },
)
export const path = '/v2/agents/support/responses'
export const manual = { fixtures: [scripts], clock: 'manual' } as const
export const key = 'test-key'
export const saying = (text: string, more: object = {}) => JSON.stringify({ message: user(text), ...more })

export const sendAs = ({ url }: Started, token = key) => {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  return (body: string, signal?: AbortSignal) =>
    fetch(url + path, { method: 'POST', headers, body, ...(signal ? { signal } : {}) })
}
export const running = ({ mock }: Started) => until('running', () => mock.workspaces.of(key).tasks.running() === 1)
