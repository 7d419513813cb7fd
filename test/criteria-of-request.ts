import { fails, holds, says, type Row, type When } from './criterion.ts'

const parsed = (json: string) => JSON.parse(json) as Record<string, unknown>
const ann = {
  id: 'ann',
  display_name: 'Ann',
  tags: ['beta', 'gold'],
  metadata: [{ team: 'a' }, { team: 'b', lead: true }],
}

/** Each object of a request that a criterion may look into, with one that passes the contract. */
const objects: Partial<Record<keyof When, Record<string, unknown>>> = {
  variables: { customer: { tier: 'gold', tags: ['a', 'b'] }, order: 17, note: null },
  metadata: { source: 'shop', tags: ['beta', 'eu'] },
  identity: ann,
  thread: { id: 't_1', tags: ['one', 'two'] },
  memory: { entity_id: 'e_1', more: { deep: [1, 2, 3] } },
  conversation: { _id: 'c_1', more: { deep: [1, 2, 3] } },
}

/** Criteria for what comes beside the message. */
export const requestRows: Record<string, Row> = {
  'variables: at any depth, arrays hold at least these': {
    when: { variables: { customer: { tags: ['b'] }, order: 17, note: null } },
    holds: {
      'these and more': { ...says('a'), variables: objects.variables },
      'in another order': { ...says('a'), variables: { note: null, order: 17, customer: { tags: ['b', 'a'] } } },
    },
    fails: {
      'another type': [
        { ...says('a'), variables: { ...objects.variables, order: '17' } },
        fails('variables', { customer: { tags: ['b'] }, order: 17, note: null }, { ...objects.variables, order: '17' }),
      ],
      'no null': [
        { ...says('a'), variables: { customer: { tags: ['b'] }, order: 17 } },
        fails(
          'variables',
          { customer: { tags: ['b'] }, order: 17, note: null },
          { customer: { tags: ['b'] }, order: 17 },
        ),
      ],
      'no variables': [says('a'), fails('variables', { customer: { tags: ['b'] }, order: 17, note: null })],
    },
  },
  'variables: lists in lists, objects in lists': {
    when: { variables: { rows: [[1], { a: 1 }] } },
    holds: { 'more of all': { ...says('a'), variables: { rows: [{ a: 1, b: 2 }, 'x', [2, 1]] } } },
    fails: {
      'one is missing': [
        { ...says('a'), variables: { rows: [[1]] } },
        fails('variables', { rows: [[1], { a: 1 }] }, { rows: [[1]] }),
      ],
      'an object for a list': [
        { ...says('a'), variables: { rows: { 0: [1], 1: { a: 1 } } } },
        fails('variables', { rows: [[1], { a: 1 }] }, { rows: { 0: [1], 1: { a: 1 } } }),
      ],
    },
  },
  'variables: an empty object holds for any': {
    when: { variables: { customer: {}, list: [] } },
    holds: { 'any object, any list': { ...says('a'), variables: { customer: { a: 1 }, list: [1] } } },
    fails: {
      'a list for an object': [
        { ...says('a'), variables: { customer: [], list: [] } },
        fails('variables', { customer: {}, list: [] }, { customer: [], list: [] }),
      ],
    },
  },
  'variables: own properties only': {
    when: { variables: { constructor: { name: 'Object' } } },
    holds: { 'its own': { ...says('a'), variables: { constructor: { name: 'Object' } } } },
    fails: {
      'that of every object': [
        { ...says('a'), variables: {} },
        fails('variables', { constructor: { name: 'Object' } }, {}),
      ],
    },
  },
  'variables: __proto__ is a name like any other': {
    when: { variables: parsed('{ "__proto__": { "admin": true } }') },
    holds: { 'its own': { ...says('a'), variables: parsed('{ "__proto__": { "admin": true } }') } },
    fails: {
      'one level higher': [
        { ...says('a'), variables: { admin: true } },
        fails('variables', parsed('{ "__proto__": { "admin": true } }'), { admin: true }),
      ],
    },
  },

  'identity: arrays of objects hold at least these': {
    when: { identity: { id: 'ann', tags: ['gold'], metadata: [{ lead: true }] } },
    holds: {
      'these and more': { ...says('a'), identity: ann },
      'under its old name': { ...says('a'), contact: ann },
      'as the newer of both': { ...says('a'), identity: ann, contact: { id: 'bob' } },
    },
    fails: {
      'another person, whom the old name does not help': [
        { ...says('a'), identity: { id: 'bob' }, contact: ann },
        fails('identity', { id: 'ann', tags: ['gold'], metadata: [{ lead: true }] }, { id: 'bob' }),
      ],
    },
  },

  'headers: in any letter case, the value as it is': {
    when: { headers: { 'X-Tenant': 'Acme' } },
    holds: { 'that header': { ...says('a'), headers: { 'x-TENANT': 'Acme' } } },
    fails: {
      'another value': [{ ...says('a'), headers: { 'x-tenant': 'acme' } }, fails('headers.X-Tenant', 'Acme', 'acme')],
      'no such header': [says('a'), fails('headers.X-Tenant', 'Acme')],
    },
  },
  'headers: each of them': {
    when: { headers: { 'x-one': '1', 'x-two': '2' } },
    holds: { both: { ...says('a'), headers: { 'x-one': '1', 'x-two': '2' } } },
    fails: {
      'one of two': [
        { ...says('a'), headers: { 'x-two': '2' } },
        fails('headers.x-one', '(hidden)'),
        holds('headers.x-two', '(hidden)', '(hidden)'),
      ],
    },
  },
  'headers: names of prototypes are headers like others': {
    when: { headers: { constructor: 'x', ...(parsed('{ "__proto__": "y" }') as Record<string, string>) } },
    holds: {},
    fails: {
      'none came': [says('a'), fails('headers.constructor', '(hidden)'), fails('headers.__proto__', '(hidden)')],
    },
  },

  'body: a JSON Schema of 2020-12': {
    when: {
      body: {
        required: ['variables'],
        properties: {
          variables: {
            properties: {
              order: { type: 'string', pattern: '(?i)^a-[0-9]+$' },
              point: { prefixItems: [{ type: 'number' }, { type: 'number' }], items: false },
            },
            allOf: [{ properties: { note: { maxLength: 3 } } }],
            unevaluatedProperties: false,
          },
        },
      },
    },
    holds: {
      'a pattern of RE2': { ...says('a'), variables: { order: 'A-17' } },
      prefixItems: { ...says('a'), variables: { point: [1, 2] } },
      'what an allOf has looked at': { ...says('a'), variables: { note: 'abc' } },
    },
    fails: {},
  },
  ...Object.fromEntries(
    ['^a$', '^b$'].map((pattern, index) => [
      `body: each pattern is its own (${pattern})`,
      {
        when: { body: { properties: { variables: { properties: { x: { pattern }, y: { pattern: '^y$' } } } } } },
        holds: { 'its own letters': { ...says('a'), variables: { x: 'ab'[index], y: 'y' } } },
        fails: {
          'those of another': [
            { ...says('a'), variables: { x: 'ba'[index], y: 'y' } },
            fails(
              'body',
              { properties: { variables: { properties: { x: { pattern }, y: { pattern: '^y$' } } } } },
              { ...says('a'), variables: { x: 'ba'[index], y: 'y' } },
            ),
          ],
        },
      } satisfies Row,
    ]),
  ),
  'body: what no other criterion sees': {
    when: { body: { properties: { configuration: { required: ['variables'] } }, required: ['configuration'] } },
    holds: { 'a field that is not in the contract': { ...says('a'), configuration: { variables: {} } } },
    fails: {
      'the field is missing': [
        { ...says('a'), configuration: { blocking: true } },
        fails(
          'body',
          { properties: { configuration: { required: ['variables'] } }, required: ['configuration'] },
          { ...says('a'), configuration: { blocking: true } },
        ),
      ],
    },
  },
  'body: is not changed by its schema': {
    when: {
      body: { properties: { engine: { default: 'text' }, variables: { properties: { a: { type: 'string' } } } } },
    },
    holds: { 'nothing is filled in': says('a') },
    fails: {
      'and nothing coerced': [
        { ...says('a'), variables: { a: 1 } },
        fails(
          'body',
          { properties: { engine: { default: 'text' }, variables: { properties: { a: { type: 'string' } } } } },
          { ...says('a'), variables: { a: 1 } },
        ),
      ],
    },
  },

  'all criteria have to hold, and the miss says of each': {
    when: { text: 'order', stream: false, variables: { tier: 'gold' }, headers: { 'x-tenant': 'acme' } },
    holds: { 'all do': { ...says('order'), variables: { tier: 'gold' }, headers: { 'x-tenant': 'acme' } } },
    fails: {
      'two do not': [
        { ...says('order'), variables: { tier: 'silver' } },
        holds('text', 'order', 'order'),
        holds('stream', false, false),
        fails('variables', { tier: 'gold' }, { tier: 'silver' }),
        fails('headers.x-tenant', 'acme'),
      ],
    },
  },
}

for (const [key, object] of Object.entries(objects)) {
  const expected = Object.fromEntries(Object.entries(object).slice(0, 1))
  const [[name, value] = ['', '']] = Object.entries(expected)
  const other = {
    ...object,
    [name]: typeof value === 'string' ? `${value}!` : { ...(value as object), tier: 'silver' },
  }
  requestRows[`${key}: the object contains these values`] = {
    when: { [key]: expected },
    holds: { 'these and more': { ...says('a'), [key]: object } },
    fails: {
      'another value': [{ ...says('a'), [key]: other }, fails(key, expected, other)],
      'no such object': [says('a'), fails(key, expected)],
    },
  }
}
