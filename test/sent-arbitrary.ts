import * as fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import { results, user } from './kit.ts'
import { request as ask, script } from './script-arbitrary.ts'

/** A request of the generated kind. `<task>` in it stands for a task that there is. */
export interface Sent {
  method: string
  path: string
  headers: Record<string, string>
  body: string | undefined
}

/** Headers hold what Node lets through. */
const headerText = fc.oneof(
  fc.string({ maxLength: 20 }).map(text => text.replace(/[^\t\u0020-\u007e\u0080-\u00ff]/g, '').trim()),
  fc.constantFrom('null', '*', '0', 'application/json', 'localhost', 'https://evil.test', 'true', '\u00e9'),
)
const oneOf = <T>(usual: Arbitrary<T>, other: Arbitrary<T>) =>
  fc.oneof({ weight: 6, arbitrary: usual }, { weight: 1, arbitrary: other })

const headers = fc
  .record(
    {
      authorization: oneOf(fc.constantFrom('Bearer a', 'Bearer b', 'bearer  c d'), headerText),
      'content-type': oneOf(fc.constantFrom('application/json', 'application/json; charset=utf-8'), headerText),
      accept: headerText,
      origin: headerText,
      host: headerText.map(text => text || 'localhost'),
      'content-encoding': headerText,
      'sec-fetch-site': headerText,
      'x-admin-token': headerText,
      'access-control-request-method': headerText,
      'x-a': headerText,
      cookie: headerText,
      range: headerText,
      'if-none-match': headerText,
    },
    { requiredKeys: ['authorization', 'content-type'], noNullPrototype: true },
  )
  // Most of the strange ones are refused at the door: only some requests carry them.
  .chain(all => fc.constantFrom(...Object.keys(all), '', '', '').map(extra => pick(all, extra)))

function pick(all: Record<string, string | undefined>, extra: string): Record<string, string> {
  const kept = Object.entries(all).filter(([name]) => ['authorization', 'content-type', extra].includes(name))
  return Object.fromEntries(kept) as Record<string, string>
}

const segment = oneOf(
  fc.constantFrom('support', 'support@1.0.0', 'one', '<task>', '<task>'),
  fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 12 }).map(encodeURIComponent),
    fc.constantFrom(
      '..',
      '.',
      '%2e%2e',
      '%2F',
      '%00',
      '%',
      '%zz',
      '%C3%28',
      '__proto__',
      'constructor',
      'x'.repeat(2000),
    ),
  ),
)
const routes: [method: string, path: string, body?: Arbitrary<unknown>][] = [
  ['POST', '/v2/agents/{}/responses', fc.oneof(ask, asking())],
  ['POST', '/v2/agents/{}/responses', fc.oneof(ask, asking())],
  ['GET', '/v2/agents/{}/responses/{}'],
  ['GET', '/__admin/health'],
  ['GET', '/__admin/ready'],
  ['GET', '/__admin/requests'],
  ['DELETE', '/__admin/requests'],
  ['POST', '/__admin/verify', fc.array(expectation())],
  ['GET', '/__admin/scripts'],
  ['PUT', '/__admin/fixtures', fc.oneof(fixtures(), fc.array(fixtures(), { maxLength: 2 }))],
  ['DELETE', '/__admin/fixtures'],
  ['GET', '/__admin/tasks'],
  ['GET', '/__admin/tasks/{}'],
  ['POST', '/__admin/tasks/{}/approve', fc.jsonValue()],
  ['POST', '/__admin/tasks/{}/reject', fc.jsonValue()],
  ['POST', '/__admin/tasks/{}/release', fc.jsonValue()],
  ['POST', '/__admin/tasks/{}/fail', fc.record({ error: fc.string(), code: fc.integer() }, { requiredKeys: [] })],
  ['POST', '/__admin/clock/advance', fc.record({ ms: fc.oneof(fc.nat(), fc.maxSafeNat(), fc.double()) })],
  ['POST', '/__admin/reset', fc.jsonValue()],
  ['GET', '/__admin/openapi.json'],
  ['GET', '/__admin/fixture.schema.json'],
]

function asking() {
  const message = fc.constantFrom(
    user('call'),
    user('hello', ''),
    user('{{now}}'),
    results({ one: { a: 1 } }),
    results({}),
  )
  const modes = { stream: fc.boolean(), background: fc.boolean(), task_id: fc.constantFrom('<task>', '01K') }
  const more = { variables: fc.object(), metadata: fc.object(), identity: fc.record({ id: fc.string() }) }
  return fc.record({ message, ...modes, ...more }, { requiredKeys: ['message'] })
}

function expectation() {
  const texts = { script: fc.string(), agent: fc.constantFrom('support', ''), text: fc.string() }
  const bounds = { count: fc.integer({ min: -1 }), at_least: fc.nat(), never: fc.boolean() }
  return fc.record({ ...texts, ...bounds }, { requiredKeys: [] })
}

function fixtures() {
  const agent = fc.constantFrom('*', 'support', 'sup*', 'support@1.0.0', '', '**')
  return fc.record({ agent, scripts: fc.array(script, { maxLength: 2 }) }, { requiredKeys: ['scripts'] })
}

/** A value with something else at some place: what nearly fits finds more than what is far off. */
const spoilt = (value: unknown): Arbitrary<unknown> =>
  fc.tuple(fc.array(fc.nat(), { maxLength: 6 }), fc.jsonValue()).map(([path, other]) => planted(value, path, other))

function planted(value: unknown, [step, ...rest]: number[], other: unknown): unknown {
  if (step === undefined || typeof value !== 'object' || value === null) return other
  const keys = [...Object.keys(value), ...(Array.isArray(value) ? [] : ['__proto__', 'other'])]
  const key = keys[step % keys.length]
  if (key === undefined) return other
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...value }) as Record<string, unknown>
  Object.defineProperty(copy, key, { value: planted(copy[key], rest, other), enumerable: true })
  return copy
}

const query = oneOf(
  fc.constantFrom('', '', '?limit=1', '?unused=true', '?ordered=true', '?agent=support&unmatched=false'),
  fc.oneof(
    fc.webQueryParameters().map(text => `?${text}`),
    fc.constantFrom('?', '?limit=1e9', '?limit=1&limit=2', '?agent[x]=1'),
  ),
)

/** Requests to every route: as they should be, nearly so, and far off. */
export const sent: Arbitrary<Sent> = fc.constantFrom(...routes).chain(([usual, path, body]) =>
  fc.record({
    method: oneOf(
      fc.constant(usual),
      fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'),
    ),
    path: fc.tuple(filled(path), query).map(texts => texts.join('')),
    headers,
    body: body
      ? oneOf(
          fc.oneof(body, body.chain(spoilt)).map(value => JSON.stringify(value)),
          rawBody(),
        )
      : oneOf(fc.constant(undefined), rawBody()),
  }),
)

function rawBody(): Arbitrary<string | undefined> {
  const odd = fc.constantFrom(
    '',
    '{',
    'null',
    '[]',
    '"x"',
    '0',
    '\u0000',
    '\ufeff{}',
    '['.repeat(5000),
    '{"a":1,"a":2}',
    '1e999',
  )
  return fc.oneof(fc.constant(undefined), fc.json(), fc.string({ unit: 'binary' }), odd)
}

function filled(path: string): Arbitrary<string> {
  const pieces = path.split('{}')
  return fc
    .array(segment, { minLength: pieces.length - 1, maxLength: pieces.length - 1 })
    .map(segments => pieces.map((piece, index) => piece + (segments[index] ?? '')).join(''))
}
