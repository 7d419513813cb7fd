import { fails, holds, says, withParts, type Row } from './criterion.ts'

const picture = { kind: 'file', file: { bytes: 'QUJD', mimeType: 'image/png', name: 'cat.png' } }
const link = { kind: 'file', file: { uri: 'https://example.com/a.pdf' } }

/** Criteria for what is said, and how the reply is to come. */
export const messageRows: Record<string, Row> = {
  'no `when` at all holds always': {
    when: {},
    holds: { 'a text': says('anything'), 'no part': withParts() },
    fails: {},
  },

  'text: the text contains it, letter case aside': {
    when: { text: 'Order' },
    holds: {
      'the same letters': says('Order'),
      'in other case, in the middle': says('my ORDERS, please'),
      'in the second part': says('Hello.', 'My order?'),
    },
    fails: {
      'another text': [says('Odrer'), fails('text', 'Order', 'Odrer')],
      'no part at all': [withParts(), fails('text', 'Order', '')],
      'letters that meet where parts do': [says('Or', 'der'), fails('text', 'Order', 'Or\nder')],
    },
  },
  'text: letters beyond ASCII': {
    when: { text: 'ärger über İ' },
    holds: { 'in other case': says('Viel ÄRGER ÜBER İ!') },
    fails: { 'without dots': [says('arger uber I'), fails('text', 'ärger über İ', 'arger uber I')] },
  },
  'text: its signs are no pattern': {
    when: { text: 'a.c (x' },
    holds: { 'as they are': says('A.C (X)') },
    fails: { 'what a pattern would take': [says('abc (x'), fails('text', 'a.c (x', 'abc (x')] },
  },
  'text.contains: the same as text': {
    when: { text: { contains: 'Order' } },
    holds: { 'in other case': says('an order') },
    fails: { 'another text': [says('odrer'), fails('text', 'Order', 'odrer')] },
  },
  'text.equals: minds letter case': {
    when: { text: { equals: 'Ping' } },
    holds: { 'the same': says('Ping') },
    fails: {
      'in other case': [says('ping'), fails('text.equals', 'Ping', 'ping')],
      'with more around it': [says('Ping '), fails('text.equals', 'Ping', 'Ping ')],
    },
  },
  'text.equals: parts join with a newline': {
    when: { text: { equals: 'one\ntwo\n' } },
    holds: { 'in three parts': says('one', 'two', ''), 'in one part': says('one\ntwo\n') },
    fails: { 'in one line': [says('one two '), fails('text.equals', 'one\ntwo\n', 'one two ')] },
  },
  'text.equals: nothing': {
    when: { text: { equals: '' } },
    holds: { 'no part': withParts(), 'an empty part': says(''), 'only a file': withParts(link) },
    fails: { 'a space': [says(' '), fails('text.equals', '', ' ')] },
  },
  'text.matches: an RE2 regular expression, somewhere in the text': {
    when: { text: { matches: 'order [A-Z]-[0-9]+' } },
    holds: { 'in the middle': says('my order A-17, please') },
    fails: { 'in other case': [says('Order A-17'), fails('text.matches', 'order [A-Z]-[0-9]+', 'Order A-17')] },
  },
  'text.matches: flags and anchors': {
    when: { text: { matches: '(?i)^order$' } },
    holds: { 'in other case': says('ORDER') },
    fails: { 'one line of several': [says('order', 'now'), fails('text.matches', '(?i)^order$', 'order\nnow')] },
  },
  'text.matches: takes no time for ever': {
    when: { text: { matches: '^(a+)+$' } },
    holds: { 'many letters': says('a'.repeat(10_000)) },
    fails: {
      'many letters, and another one': [
        says(`${'a'.repeat(10_000)}b`),
        fails('text.matches', '^(a+)+$', `${'a'.repeat(300)}… (10001 characters)`),
      ],
    },
  },
  'text: several demands have to hold together': {
    when: { text: { contains: 'order', matches: '[0-9]', equals: 'Order 1' } },
    holds: { all: says('Order 1') },
    fails: {
      'one that does not': [
        says('order 1'),
        fails('text.equals', 'Order 1', 'order 1'),
        holds('text', 'order', 'order 1'),
        holds('text.matches', '[0-9]', 'order 1'),
      ],
    },
  },

  'role: user': {
    when: { role: 'user' },
    holds: { 'a message of the user': says('Hello.') },
    fails: { 'a message of a tool': [{ message: { role: 'tool', parts: [] } }, fails('role', 'user', 'tool')] },
  },
  'role: tool': {
    when: { role: 'tool' },
    holds: { 'a message of a tool, without parts': { message: { role: 'tool', parts: [] } } },
    fails: { 'a message of the user': [says('Hello.'), fails('role', 'tool', 'user')] },
  },
  'stream: true': {
    when: { stream: true },
    holds: {
      'a stream': { ...says('a'), stream: true },
      'a stream in the background': { ...says('a'), stream: true, background: true },
    },
    fails: {
      'no word of it': [says('a'), fails('stream', true, false)],
      'a background task': [{ ...says('a'), background: true }, fails('stream', true, false)],
    },
  },
  'stream: false': {
    when: { stream: false },
    holds: { 'no word of it': says('a'), 'said so': { ...says('a'), stream: false } },
    fails: { 'a stream': [{ ...says('a'), stream: true }, fails('stream', false, true)] },
  },
  'background: true': {
    when: { background: true },
    holds: {
      'a background task': { ...says('a'), background: true },
      'a stream in the background': { ...says('a'), stream: true, background: true },
    },
    fails: { 'no word of it': [says('a'), fails('background', true, false)] },
  },
  'background: false': {
    when: { background: false },
    holds: { 'no word of it': says('a') },
    fails: { 'a background task': [{ ...says('a'), background: true }, fails('background', false, true)] },
  },

  'file: true': {
    when: { file: true },
    holds: { 'a file by content': withParts(picture), 'a file by address': withParts(link) },
    fails: { 'no file': [says('cat.png'), fails('file', true, [])] },
  },
  'file: of a type': {
    when: { file: { mimeType: 'image/png' } },
    holds: { 'one of two': withParts(link, picture) },
    fails: {
      'another one': [withParts(link), fails('file', { mimeType: 'image/png' }, [{}])],
      'no file': [says('image/png'), fails('file', { mimeType: 'image/png' }, [])],
    },
  },
  'file: of a type and a name, both of one file': {
    when: { file: { mimeType: 'image/png', name: 'dog.png' } },
    holds: { 'that file': withParts({ kind: 'file', file: { ...picture.file, name: 'dog.png' } }) },
    fails: {
      'each of another file': [
        withParts(picture, { kind: 'file', file: { ...link.file, name: 'dog.png' } }),
        fails('file', { mimeType: 'image/png', name: 'dog.png' }, [
          { mimeType: 'image/png', name: 'cat.png' },
          { name: 'dog.png' },
        ]),
      ],
    },
  },
}
