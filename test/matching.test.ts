import t from 'tap'
import type { FixtureFile } from '../src/language/shape.ts'
import { fixture, start } from './kit.ts'
import { file, played, telling, when } from './telling.ts'

/** The script that answers an agent's new task, by agent or, with a text, by `agent: text`. */
const firsts: Record<string, [FixtureFile[], Record<string, unknown>]> = {
  'a version goes before its key, whatever the files’ order': [
    [file('shop', telling('key')), file('shop@2.0.0', telling('version'))],
    { shop: 'key', 'shop@2.0.0': 'version', 'shop@2.0.1': 'key' },
  ],
  'a version is for nobody else': [
    [file('shop@2.0.0', telling('version'))],
    { shop: 404, 'shop@2': 404, 'Shop@2.0.0': 404 },
  ],
  'a key goes before globs, a longer prefix before a shorter one, * comes last': [
    [
      file('*', telling('any')),
      file('s*', telling('s')),
      file('shop_*', telling('shop_')),
      file('sh*', telling('sh')),
      file('shop_a', telling('key')),
    ],
    { shop_a: 'key', shop_b: 'shop_', show: 'sh', sale: 's', bank: 'any', 'shop_a@1': 'key', 'shop_b@1': 'shop_' },
  ],
  'a glob without a prefix still goes before *': [
    [file('*', telling('any')), file('*_bot', telling('bots'))],
    { shop_bot: 'bots', shop: 'any' },
  ],
  'globs of one length go in the order of the files': [
    [file('s*p', telling('first')), file('s*', telling('second'))],
    { shop: 'first', show: 'second' },
  ],
  'a glob has literals anywhere': [
    [file('ab*ba', telling('ends')), file('*-*-*', telling('dashes'))],
    { abba: 'ends', 'ab.ba': 'ends', aba: 404, 'a-b-c': 'dashes', 'a-b': 404 },
  ],
  'a glob with a version is held against key and version': [
    [file('shop@1.*', telling('first')), file('sho*', telling('all'))],
    { 'shop@1.2.0': 'first', 'shop@2.0.0': 'all', shop: 'all' },
  ],
  'no agent is *': [[fixture([telling('any')])], { shop: 'any', 'shop@1': 'any', '<value>': 'any' }],
  'a key is taken as it is': [
    [file('<value>', telling('sample')), file('Shop.eu-1', telling('shop')), file('été', telling('summer'))],
    { '<value>': 'sample', 'Shop.eu-1': 'shop', 'shop.eu-1': 404, été: 'summer' },
  ],
  'within a file the first that holds wins': [
    [file('shop', telling('order', when('order')), telling('late order', when('late')), telling('other'))],
    { 'shop: my late order': 'order', 'shop: late': 'late order', 'shop: hello': 'other' },
  ],
  'files of one agent go in their order': [
    [file('shop', telling('one', when('one'))), file('shop', telling('two')), file('shop', telling('three'))],
    { 'shop: one': 'one', 'shop: three': 'two' },
  ],
  'where nothing nearer holds, the next is tried': [
    [
      file('*', telling('any')),
      file('sh*', telling('glob', when('glob'))),
      file('shop', telling('key', when('key'))),
      file('shop@1', telling('version', when('version'))),
    ],
    {
      'shop@1: version key glob': 'version',
      'shop@1: key glob': 'key',
      'shop@1: glob': 'glob',
      'shop@1: hello': 'any',
      'shop: version': 'any',
    },
  ],
  'a script after another has no say on a new task': [
    [file('shop', telling('after', { after: 'before' }), telling('before', when('hello')))],
    { 'shop: hello': 'before', 'shop: more': 404 },
  ],
}

t.test('on a new task', async t => {
  for (const [what, [fixtures, asked]] of Object.entries(firsts)) {
    t.test(what, async t => {
      const { client } = await start(t, { fixtures })
      for (const [who, expected] of Object.entries(asked)) {
        const [agent = '', text = 'hello'] = who.split(': ')
        t.equal(played(await client.say(text, {}, agent)), expected, who)
      }
    })
  }
})

/** The texts of one task, each with the script that answers it; `agent: text` for an agent other than `shop`. */
const conversations: Record<string, [FixtureFile[], [text: string, script: unknown][]]> = {
  'those after its last script go before those without `after`': [
    [file('shop', telling('any'), telling('refund', { after: 'any' }), telling('thanks', { after: 'refund' }))],
    [
      ['one', 'any'],
      ['two', 'refund'],
      ['three', 'thanks'],
      ['four', 'any'],
    ],
  ],
  'where none of them holds, those without `after` have their turn': [
    [file('shop', telling('thanks', { after: 'any', ...when('thank') }), telling('any'))],
    [
      ['hello', 'any'],
      ['more', 'any'],
      ['thank you', 'thanks'],
    ],
  ],
  '`after` may name several': [
    [
      file(
        'shop',
        telling('one', when('one')),
        telling('two', when('two')),
        telling('then', { after: ['one', 'two'] }),
        telling('last', { after: 'then' }),
      ),
    ],
    [
      ['one', 'one'],
      ['x', 'then'],
      ['x', 'last'],
      ['two', 'two'],
      ['x', 'then'],
    ],
  ],
  'among those after, a nearer agent goes first': [
    [file('*', telling('start', when('start')), telling('next', { after: 'start' })), file('shop', telling('own'))],
    [
      ['hello', 'own'],
      ['start', 'own'],
    ],
  ],
  'a script after the last one goes before those of a nearer agent': [
    [
      file('*', telling('start', when('start')), telling('next', { after: 'start' })),
      file('shop', telling('own', when('own'))),
    ],
    [
      ['start', 'start'],
      ['own', 'next'],
      ['own', 'own'],
    ],
  ],
  '`after` is about the script of its own file, not one of the same name': [
    [
      file('shop', telling('refund', when('refund'))),
      file('*', telling('refund'), telling('paid', { after: 'refund' })),
    ],
    [
      ['refund', 'refund'],
      ['more', 'refund'],
      ['more', 'paid'],
    ],
  ],
  'a key and its versions see the same task': [
    [file('shop', telling('key'), telling('key again', { after: 'key' })), file('shop@2', telling('version'))],
    [
      ['hello', 'key'],
      ['shop@3: hello', 'key again'],
      ['shop@2: hello', 'version'],
      ['hello', 'key'],
    ],
  ],
  'scripts of a version are for requests to that version, also on a task': [
    [file('shop@2', telling('first'), telling('second', { after: 'first' })), file('shop', telling('key'))],
    [
      ['shop@2: hello', 'first'],
      ['shop: hello', 'key'],
      ['shop@2: hello', 'first'],
      ['shop@2: hello', 'second'],
    ],
  ],
  'a request that none matches leaves the last script as it was': [
    [file('shop', telling('start', when('start')), telling('next', { after: 'start', ...when('next') }))],
    [
      ['start', 'start'],
      ['what?', 404],
      ['next', 'next'],
      ['next', 404],
      ['start', 'start'],
    ],
  ],
  'an HTTP answer leaves it too': [
    [
      file(
        'shop',
        telling('start', when('start')),
        { name: 'limited', after: 'start', when: { text: 'limit' }, http: { status: 429 } },
        telling('next', { after: 'start', ...when('next') }),
      ),
    ],
    [
      ['start', 'start'],
      ['limit', 429],
      ['next', 'next'],
    ],
  ],
}

t.test('on a continued task', async t => {
  for (const [what, [fixtures, turns]] of Object.entries(conversations)) {
    t.test(what, async t => {
      const { client } = await start(t, { fixtures })
      let task: unknown
      for (const [said, expected] of turns) {
        const [text = '', agent = 'shop'] = said.split(': ').reverse()
        const reply = await client.say(text, task === undefined ? {} : { task_id: task }, agent)
        t.equal(played(reply), expected, `${said} → ${String(expected)}`)
        task ??= reply.body.task_id
      }
    })
  }
})

t.test('folders', async t => {
  const yaml = (agent: string, name: string) =>
    `agent: ${agent}\nscripts: [ { name: ${name}, steps: [ { say: ${name} } ] } ]\n`
  const dir = t.testdir({
    z: { 'a.yaml': yaml('shop', 'z-a') },
    a: {
      'b.json': JSON.stringify(file('shop', telling('a-b'))),
      '10.yml': yaml('shop', 'a-10'),
      '9.yaml': yaml('shop', 'a-9'),
      deep: { er: { 'x.yaml': yaml('shop', 'a-deep') } },
      '.hidden.yaml': 'broken: [',
      node_modules: { 'x.yaml': 'broken: [' },
      'notes.md': 'broken: [',
    },
    'one.yaml': yaml('shop', 'one'),
  })
  const { mock } = await start(t, {
    fixtures: [`${dir}/z`, file('shop', telling('object')), `${dir}/one.yaml`, `${dir}/a`],
  })
  const names = mock.library().scripts.map(({ name }) => name)
  t.strictSame(
    names.filter(name => name !== 'object'),
    ['z-a', 'one', 'a-10', 'a-9', 'a-b', 'a-deep'],
    'in the order they are given, the files of each in lexical order',
  )
  t.ok(names.includes('object'), 'beside fixtures that are objects')
})
