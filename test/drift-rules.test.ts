import t from 'tap'
import { asking, documentOf, object, text, type Json } from './drift/documents.ts'
import { report } from './drift/report.mjs'

const kind = (name: string, more: Json = {}): Json => object({ kind: { const: name }, ...more }, 'kind')
const tree = (name: string): Json =>
  object({ below: { type: 'array', items: { $ref: `#/components/schemas/${name}` } } })

/** What `report` prints of the request, without its last lines. */
function differences(vendor: Json, ours: Json): string[] {
  const { text } = report(vendor, ours, [])
  return text
    .split('\n')
    .flatMap(line => line.match(/^ {2}(.*)$/)?.[1]?.replace('POST request application/json', '…') ?? [])
}

const same: Record<string, [Json, Json, schemas?: Json]> = {
  'a constant, and an enum of one value': [{ const: 'a' }, { type: 'string', enum: ['a'] }],
  'a union of enums, and one enum': [
    { anyOf: [{ const: 'a' }, { type: 'string', enum: ['b'] }] },
    { type: 'string', enum: ['b', 'a'] },
  ],
  'null in a list of types, and in a union': [
    { ...object({ a: text }), type: ['object', 'null'] },
    { anyOf: [object({ a: text }), { type: 'null' }] },
  ],
  'null in an enum, and beside it': [{ enum: ['a', null] }, { oneOf: [{ type: 'null' }, { const: 'a' }] }],
  'a list of types, and a union of them': [{ type: ['string', 'number'] }, { oneOf: [{ type: 'number' }, text] }],
  'a reference, and what it stands for': [{ $ref: '#/components/schemas/a~1b' }, text, { 'a/b': text }],
  'a reference with more beside it, and an `allOf`': [
    { $ref: '#/components/schemas/A', required: ['a'] },
    { allOf: [object({ a: text }), { required: ['a'] }, {}] },
    { A: object({ a: text }) },
  ],
  'an `allOf`, and one schema': [
    { allOf: [object({ a: text }, 'a'), object({ a: { minLength: 1 }, b: text })] },
    object({ b: text, a: { type: 'string', minLength: 1 } }, 'a'),
  ],
  'any other keys as true, and as an empty schema': [{ additionalProperties: true }, { additionalProperties: {} }],
  'not deprecated, and not a word of it': [{ type: 'string', deprecated: false }, text],
  'another order of properties, required ones and values': [
    object({ a: text, b: { enum: [1, 2] } }, 'a', 'b'),
    object({ b: { enum: [2, 1] }, a: text }, 'b', 'a'),
  ],
  'another order of variants, and a discriminator': [
    { oneOf: [kind('a', { a: text }), kind('b')], discriminator: { propertyName: 'kind' } },
    { anyOf: [kind('b'), kind('a', { a: text })] },
  ],
  'what the variants share, beside them or in each': [
    { ...object({ id: text }, 'kind'), oneOf: [kind('a'), { properties: { kind: { const: 'b' } } }] },
    { oneOf: [kind('a', { id: text }), kind('b', { id: text })] },
  ],
  'a union within a union, and one of all': [
    { oneOf: [kind('a'), { oneOf: [kind('b'), kind('c')] }] },
    { oneOf: [kind('a'), kind('b'), kind('c')] },
  ],
  'a schema within itself, by any name': [
    { $ref: '#/components/schemas/Tree' },
    { $ref: '#/components/schemas/Baum' },
    { Tree: tree('Tree'), Baum: tree('Baum') },
  ],
  'other words': [
    { ...text, title: 'A', description: 'B', examples: ['c'], 'x-d': 1 },
    { ...text, description: 'Another' },
  ],
}
for (const [name, [one, other, schemas]] of Object.entries(same))
  t.test(`these say the same: ${name}`, async t => {
    t.strictSame(differences(asking(one, schemas), asking(other, schemas)), [])
    t.strictSame(differences(asking(other, schemas), asking(one, schemas)), [])
  })

const different: Record<string, [vendor: Json, ours: Json, ...lines: string[]]> = {
  'a type': [text, { type: 'number' }, 'differs …: vendor string | ours number'],
  'number and integer': [{ type: 'integer' }, { type: 'number' }, 'differs …: vendor integer | ours number'],
  null: [{ type: ['string', 'null'] }, text, 'differs …: vendor nullable | ours not nullable'],
  'a value of an enum': [
    { enum: ['a', 'b'] },
    { enum: ['b', 'c'] },
    'differs …: vendor enum "a", "b" | ours enum "b", "c"',
  ],
  'a format': [{ ...text, format: 'email' }, text, 'differs …: vendor format "email" | ours no format'],
  'a length': [text, { ...text, minLength: 1 }, 'differs …: vendor no minLength | ours minLength 1'],
  'a default': [{ ...text, default: 'true' }, text, 'differs …: vendor default "true" | ours no default'],
  'a deprecation': [{ ...text, deprecated: true }, text, 'differs …: vendor deprecated | ours not deprecated'],
  'other keys': [
    { type: 'object', additionalProperties: {} },
    { type: 'object', additionalProperties: false },
    'differs …: vendor other keys any | ours other keys none',
  ],
  'the schema of other keys': [
    { type: 'object', additionalProperties: text },
    { type: 'object', additionalProperties: { type: 'number' } },
    'differs … *: vendor string | ours number',
  ],
  'whether it is required': [
    object({ a: text }, 'a'),
    object({ a: text }),
    'differs … a: vendor required | ours optional',
  ],
  'a required key of which no more is said': [{ required: ['a'] }, {}, 'lacks … a: required, any'],
  'a field with fields of its own': [
    object({ a: object({ b: object({ c: text }) }) }),
    object({}),
    'lacks … a: optional, object and 2 fields below',
  ],
  elements: [
    { type: 'array', items: object({ a: text }) },
    { type: 'array', items: object({ b: text }) },
    'lacks … [].a: optional, string',
    'adds … [].b: optional, string',
  ],
  'a variant, by its tag': [
    { oneOf: [kind('a'), kind('b')] },
    { oneOf: [kind('a'), kind('c')] },
    'lacks … <b>: object and 1 field below',
    'adds … <c>: object and 1 field below',
  ],
  'a variant without a tag, by its required keys': [
    { oneOf: [object({ uri: text }, 'uri'), object({ bytes: text }, 'bytes')] },
    { oneOf: [object({ uri: { ...text, format: 'uri' } }, 'uri'), object({ bytes: text }, 'bytes')] },
    'differs … <uri>.uri: vendor no format | ours format "uri"',
  ],
  'a variant without required keys, by its type': [
    { oneOf: [{ ...text, minLength: 1 }, object({ a: text }), object({ b: text })] },
    { oneOf: [{ ...text, minLength: 2 }, object({ a: text }), object({ c: text })] },
    'lacks … <object#2>.b: optional, string',
    'adds … <object#2>.c: optional, string',
    'differs … <string>: vendor minLength 1 | ours minLength 2',
  ],
}
for (const [name, [vendor, ours, ...lines]] of Object.entries(different))
  t.test(`this is told apart: ${name}`, async t => {
    t.strictSame(differences(asking(vendor), asking(ours)), lines)
  })

const bearer = { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' }
const inHeader = { type: 'apiKey', in: 'header', name: 'X-Key' }
const around: Record<string, [vendor: Json, ours: Json, ...lines: string[]]> = {
  'a parameter': [
    documentOf({}, { parameters: [{ name: 'wait', in: 'query', schema: text }] }),
    documentOf({}, { parameters: [{ name: 'wait', in: 'header', schema: text }] }),
    'adds GET header wait: optional, string',
    'lacks GET query wait: optional, string',
  ],
  'a parameter of the path, by its place': [
    documentOf({}, { parameters: [{ name: 'b', in: 'path', required: true, schema: text }] }),
    {
      paths: {
        '/v2/agents/{key}/responses': { post: {} },
        '/v2/agents/{key}/responses/{task}': {
          parameters: [{ name: 'task', in: 'path', required: true, schema: { type: 'integer' } }],
          get: {},
        },
      },
    },
    'differs GET path 2: vendor string | ours integer',
  ],
  'whether there has to be a body': [
    documentOf({ requestBody: { required: true } }, {}),
    documentOf({ requestBody: { required: false } }, {}),
    'differs POST request: vendor required | ours optional',
  ],
  'a status': [
    documentOf({}, { responses: { 204: {} } }),
    documentOf({}, { responses: { 202: {} } }),
    'adds GET 202',
    'lacks GET 204',
  ],
  'a content type': [
    documentOf({}, { responses: { 200: { content: { 'text/plain': {} } } } }),
    documentOf({}, { responses: { 200: { content: { 'text/html': {} } } } }),
    'adds GET 200 text/html: any',
    'lacks GET 200 text/plain: any',
  ],
  'what ends a stream': [
    documentOf({ responses: { 200: { content: { 'text/event-stream': { 'x-speakeasy-sse-sentinel': 'END' } } } } }, {}),
    documentOf({ responses: { 200: { content: { 'text/event-stream': {} } } } }, {}),
    'differs POST 200 text/event-stream: vendor sentinel END | ours no sentinel',
  ],
  'a deprecated operation': [
    documentOf({}, { deprecated: true }),
    documentOf({}, {}),
    'differs GET: vendor deprecated | ours not deprecated',
  ],
  'how a client proves who it is': [
    documentOf({}, { security: [] }, { security: [{ one: [] }], components: { securitySchemes: { one: bearer } } }),
    documentOf({}, { security: [] }, { security: [{ two: [] }], components: { securitySchemes: { two: inHeader } } }),
    'differs POST security: vendor schemes http bearer | ours schemes apiKey X-Key',
  ],
}
for (const [name, [vendor, ours, ...lines]] of Object.entries(around))
  t.test(`this is told apart: ${name}`, async t => {
    t.strictSame(differences(vendor, ours), lines)
  })
