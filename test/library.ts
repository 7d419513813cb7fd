import type { Test } from 'tap'
import { startMock, type Fixture, type Mock, type MockOptions } from '../src/index.ts'
import { user } from './kit.ts'

/** A mock that is closed when the test ends. */
export async function started(t: Test, options: MockOptions = {}): Promise<Mock> {
  const mock = await startMock(options)
  t.teardown(() => mock.close())
  return mock
}

export const saying = (agent: string, words: string): Fixture => ({
  agent,
  scripts: [{ name: `${agent}-speaks`, steps: [{ say: words }] }],
})

export const post = (url: string, body: object, { agent = 'support', key = 'test-key' } = {}) =>
  fetch(`${url}/v2/agents/${agent}/responses`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

/** What an agent says to a text; of a refusal, its status. */
export async function ask(
  { url }: { url: string },
  text: string,
  who: { agent?: string; key?: string } = {},
): Promise<string> {
  const reply = await post(url, { message: user(text) }, who)
  const body = (await reply.json()) as { output: { parts: { text: string }[] }[] }
  return reply.status === 200 ? (body.output[0]?.parts[0]?.text ?? '') : `${reply.status}`
}
