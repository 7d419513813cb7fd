import t from 'tap'
import type { RouterRequest } from '../src/contract/v3/request.ts'
import { readInput, type Input } from '../src/v3/input.ts'

type Sent = RouterRequest['input']

const user = (content: unknown) => ({ role: 'user', content })
const assistant = { role: 'assistant', content: [{ type: 'output_text', text: 'Hello.' }] }
const call = (id: string, name = 'get_iban') => ({ type: 'function_call', call_id: id, name, arguments: '{}' })
const output = (id: string, given: unknown = 'NL') => ({ type: 'function_call_output', call_id: id, output: given })
const result = (callId: string, given: unknown = 'NL') => ({ callId, output: given })

/** What clients send, and what of it is this turn's message. */
const rows: Record<string, [sent: unknown, read: Partial<Input>]> = {
  'a text': ['Hello', { text: 'Hello', role: 'user', files: [], results: [] }],
  'an item of the user': [[{ type: 'message', ...user('Hello') }], { text: 'Hello' }],
  'an item without a type, as Vercel, LangChain and Agents send it': [[user('Hello')], { text: 'Hello' }],
  'texts in parts, and several items': [
    [
      user([
        { type: 'input_text', text: 'One' },
        { type: 'input_text', text: 'two' },
      ]),
      user('three'),
    ],
    { text: 'One\ntwo\nthree' },
  ],
  'system and developer items are never the text': [
    [{ role: 'system', content: 'Be kind.' }, { role: 'developer', content: 'Be short.' }, user('Hello')],
    { text: 'Hello' },
  ],
  'after a transcript, what comes behind the last thing that the agent made': [
    [user('One'), assistant, user('two')],
    { text: 'two', role: 'user' },
  ],
  'of a tool loop, the output': [
    [user('Pay'), assistant, call('call_1'), output('call_1')],
    { text: '', role: 'tool', results: [result('call_1')], earlier: [] },
  ],
  'with the reference of an item in between, as Vercel replays': [
    [user('Pay'), { type: 'item_reference', id: 'msg_1' }, call('call_1'), output('call_1')],
    { role: 'tool', results: [result('call_1')], tools: new Map([['call_1', 'get_iban']]) },
  ],
  'outputs that stand before the last call': [
    [user('Pay'), call('call_1'), output('call_1', 'one'), call('call_2'), output('call_2', 'two')],
    { results: [result('call_2', 'two')], earlier: [result('call_1', 'one')] },
  ],
  'thoughts and items of server tools are what the agent made': [
    [
      user('One'),
      { type: 'reasoning', id: 'rs_1', summary: [], content: null },
      { type: 'orq:find', call_id: 'c' },
      user('two'),
    ],
    { text: 'two' },
  ],
  'an output with a word of the user beside it': [
    [call('call_1'), output('call_1'), user('And hurry')],
    { text: 'And hurry', role: 'user', results: [result('call_1')] },
  ],
  'an output in parts': [
    [output('call_1', [{ type: 'input_text', text: '{"a":1}' }])],
    { results: [result('call_1', '{"a":1}')] },
  ],
  'an image by address, by content and by id': [
    [
      user([
        { type: 'input_image', image_url: 'https://a.test/a.png', detail: 'low' },
        { type: 'input_image', image_url: 'data:image/png;base64,aGk=' },
        { type: 'input_image', file_id: 'file_1' },
      ]),
    ],
    { text: '', files: [{ uri: 'https://a.test/a.png' }, { bytes: 'aGk=', mimeType: 'image/png' }, { uri: 'file_1' }] },
  ],
  'files: base64 with its type, a data URL without, an address': [
    [
      user([
        { type: 'input_file', file_data: 'aGk=', filename: 'a.txt', mime_type: 'text/plain' },
        { type: 'input_file', file_data: 'data:application/pdf;base64,aGk=', filename: 'a.pdf' },
        { type: 'input_file', file_url: 'https://a.test/a.csv' },
      ]),
    ],
    {
      files: [
        { bytes: 'aGk=', mimeType: 'text/plain', name: 'a.txt' },
        { bytes: 'aGk=', mimeType: 'application/pdf', name: 'a.pdf' },
        { uri: 'https://a.test/a.csv' },
      ],
    },
  ],
  nothing: [[], { text: '', role: 'user', results: [] }],
}

for (const [name, [sent, read]] of Object.entries(rows))
  t.test(`input is read: ${name}`, async t => {
    const input = readInput(sent as Sent)
    for (const [key, value] of Object.entries(read)) t.strictSame(input[key as keyof Input], value, key)
  })

const unreadable: Record<string, [sent: unknown, message: string]> = {
  'none at all': [undefined, 'input is missing: a text, or a list of items'],
  'a message without a role': [[{ content: 'Hello' }], 'input[0] must have "role"'],
  'a message without content': [[user('a'), { role: 'user' }], 'input[1] must have "content"'],
  'an output of no call': [[{ type: 'function_call_output', output: 'a' }], 'input[0] must have "call_id"'],
  'a call without a name': [[{ type: 'function_call', call_id: 'a' }], 'input[0] must have "name"'],
}
for (const [name, [sent, message]] of Object.entries(unreadable))
  t.test(`input that cannot be read: ${name}`, async t => {
    t.throws(() => readInput(sent as Sent), { code: 'bad_body', message })
  })
