import { Ajv2020 } from 'ajv/dist/2020.js'
import t from 'tap'
import type { TSchema } from '@sinclair/typebox'
import * as errors from '../src/contract/errors.ts'
import * as events from '../src/contract/events.ts'
import * as parts from '../src/contract/parts.ts'
import * as requests from '../src/contract/request.ts'
import * as responses from '../src/contract/response.ts'
import { asking } from './drift/documents.ts'
import { report } from './drift/report.mjs'
import { start } from './kit.ts'
import { openDocument, refsIn, type Json } from './openapi-document.ts'
import { openApiShape } from './openapi-shape.ts'

const { url } = await start(t)
const reply = await fetch(`${url}/__admin/openapi.json`)
const json = (await reply.json()) as Json
const document = openDocument(json)
const { operations } = document

t.test('it is OpenAPI 3.1', async t => {
  t.match(reply.headers.get('content-type'), /^application\/json/)
  const ajv = new Ajv2020({ strict: true, strictRequired: false, allErrors: true })
  t.ok(ajv.validate(openApiShape, json), ajv.errorsText(ajv.errors))
})

t.test('every schema is JSON Schema 2020-12, and every reference in it leads somewhere', async t => {
  for (const pointer of document.schemas) t.doesNotThrow(() => document.validator(pointer), pointer)
  const refs = new Set(refsIn(json))
  for (const ref of refs) t.ok(document.at(ref), ref)
  t.strictSame(
    Object.keys(json.components.schemas).filter(name => !refs.has(`#/components/schemas/${name}`)),
    [],
    'and no component is there for nothing',
  )
})

t.test('every discriminator tells by which value each variant goes', async t => {
  const unions = Object.values<Json>(json.components.schemas).filter(schema => schema.discriminator)
  t.ok(unions.length > 0)
  for (const { title, oneOf, discriminator } of unions) {
    const { propertyName, mapping } = discriminator
    const tags = oneOf.map(({ $ref }: Json) => [document.at($ref).properties[propertyName].const, $ref])
    t.strictSame(mapping, Object.fromEntries(tags), title)
  }
})

t.test('the parameters of every path are those of its template', async t => {
  for (const { name, path, described } of operations) {
    const ofPath = (described.parameters ?? []).filter((one: Json) => one.in === 'path')
    t.strictSame(ofPath.map((one: Json) => `{${one.name}}`).sort(), (path.match(/{\w+}/g) ?? []).sort(), name)
    t.ok(
      ofPath.every((one: Json) => one.required === true),
      `${name}: they are required`,
    )
  }
})

t.test('every operation names security schemes that there are', async t => {
  for (const { name, described } of operations)
    for (const scheme of (described.security ?? json.security).flatMap((needs: Json) => Object.keys(needs)))
      t.ok(json.components.securitySchemes[scheme], `${name}: ${scheme}`)
})

t.test('every operation and every part of the contract is described in words of its own', async t => {
  const wire = operations.filter(({ path }) => path.startsWith('/v2/')).map(({ described }) => described)
  const components = [...document.leadsTo(wire)].map(name => json.components.schemas[name])
  for (const { title, description } of components) t.ok(description, `${title} is described`)
  const words = [
    ...components.map(({ description }) => description),
    ...operations.map(({ described }) => described.summary),
  ]
  t.strictSame(
    words.filter((one, at) => words.indexOf(one) !== at),
    [],
    'no words twice',
  )
})

t.test('every route is in it', async t => {
  const unknown = (await (await fetch(`${url}/nowhere`)).json()) as Json
  const routes = /^The routes are: (.*)\.$/.exec(unknown.mock.hint)?.[1]?.split(', ')
  t.strictSame(operations.map(({ name }) => name).sort(), routes?.sort())
})

t.test('a turn is answered as JSON or as a stream', async t => {
  const types = (name: string) => Object.keys(document.responsesOf(name)['200'].content)
  t.strictSame(types('POST /v2/agents/{agent_key}/responses'), ['application/json', 'text/event-stream'])
  t.strictSame(types('GET /v2/agents/{agent_key}/responses/{task_id}'), ['application/json'])
})

t.test('each component says what its schema says', async t => {
  const exported: unknown[] = Object.values({ ...errors, ...events, ...parts, ...requests, ...responses })
  const contract = exported.filter((one): one is TSchema => typeof one === 'object' && one !== null && 'title' in one)
  t.ok(contract.length > 10)
  for (const schema of contract) {
    const ours = asking({ $ref: `#/components/schemas/${schema.title}` }, json.components.schemas)
    const { clean, text } = report(asking(schema), ours, [])
    t.equal(clean ? '' : text, '', schema.title ?? '')
  }
})
