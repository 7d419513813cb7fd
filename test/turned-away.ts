import type { Test } from 'tap'
import type { Settings } from '../src/options/settings.ts'
import { makeLog } from '../src/log.ts'
import { controlOf } from './control.ts'
import { until } from './exchange.ts'
import { fixture, start, user } from './kit.ts'
import { speakTo } from './raw-http.ts'

const scripts = fixture([{ name: 'hello', when: { text: 'hello' }, steps: [{ say: 'Hello.' }] }])
export const hello = JSON.stringify({ message: user('hello') })
export const key = 'test-key'

export async function begin(t: Test, settings: Partial<Settings> = {}) {
  const lines: string[] = []
  const log = makeLog({ level: 'info', plain: true, write: text => void lines.push(...text.trimEnd().split('\n')) })
  const started = await start(t, { fixtures: [scripts], maxBody: 4000, log, ...settings })
  const all = controlOf(started.url)
  const health = async () => (await all.get('/health')).body
  return { ...started, ...speakTo(started.url), all, control: controlOf(started.url, key), health, lines }
}
export type World = Awaited<ReturnType<typeof begin>>

/** Waits for so many lines of the log, and answers the last without its time. */
export async function logged({ lines }: World, count = 1): Promise<string> {
  await until('logged', () => lines.length >= count)
  return lines.at(-1)!.replace(/\d+ ms/, 'N ms')
}
