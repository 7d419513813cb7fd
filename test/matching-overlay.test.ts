import t from 'tap'
import { controlOf } from './control.ts'
import { start, type Client } from './kit.ts'
import { file, played, telling, when } from './telling.ts'

t.test('an overlay', async t => {
  const conversation = file(
    'shop',
    telling('start', when('start')),
    telling('next', { after: 'start' }),
    telling('any'),
  )
  const { url, as, client } = await start(t, { fixtures: [conversation] })
  const control = controlOf(url, client.key)
  t.afterEach(async () => void (await controlOf(url).post('/reset')))
  const say = async (text: string, more: object = {}, who: Client = client) =>
    played(await who.say(text, { ...more }, 'shop'))

  t.test('goes before the files, even * before a key, and falls through to them', async t => {
    await control.put('/fixtures', file('*', telling('over', when('over'))))
    t.equal(await say('over'), 'over')
    t.equal(await say('hello'), 'any')
    await control.delete('/fixtures')
    t.equal(await say('over'), 'any')
  })
  t.test('goes before those of the files that come after the last script', async t => {
    const { body } = await client.say('start', {}, 'shop')
    await control.put('/fixtures', file('shop', telling('over', when('over'))))
    t.equal(await say('over', { task_id: body.task_id }), 'over')
    const other = await client.say('start', {}, 'shop')
    t.equal(await say('more', { task_id: other.body.task_id }), 'next')
  })
  t.test('may hold several fixtures, and conversations of its own', async t => {
    await control.put('/fixtures', [
      file('shop', telling('refund', when('refund')), telling('paid', { after: 'refund' })),
      file('shop', telling('refund', when('again')), telling('twice', { after: 'refund' })),
    ])
    const [one, two] = [await client.say('refund', {}, 'shop'), await client.say('again', {}, 'shop')]
    t.equal(await say('x', { task_id: one.body.task_id }), 'paid')
    t.equal(await say('x', { task_id: two.body.task_id }), 'twice')
  })
  t.test('belongs to its key; without a key it is for all, behind those of a key', async t => {
    await control.put('/fixtures', file('shop', telling('mine', when('mine'))))
    t.equal(await say('mine', {}, as('other')), 'any')
    await controlOf(url).put('/fixtures', file('shop', telling('everybody’s')))
    t.equal(await say('mine', {}, as('other')), 'everybody’s')
    await control.put('/fixtures', file('shop', telling('mine', when('mine'))))
    t.equal(await say('mine'), 'mine')
    t.equal(await say('hello'), 'everybody’s')
  })
  t.test('replaces the one before it', async t => {
    await control.put('/fixtures', file('shop', telling('one', when('one'))))
    await control.put('/fixtures', file('shop', telling('two', when('two'))))
    t.equal(await say('one'), 'any')
    t.equal(await say('two'), 'two')
  })
  t.test('that is wrong is refused with all its faults, and the one before it stays', async t => {
    await control.put('/fixtures', file('shop', telling('one')))
    const { status, body } = await control.put('/fixtures', [
      { agnet: 'shop', scripts: [telling('two', { after: 'tow' })] },
    ])
    t.equal(status, 422)
    t.equal(
      body.message,
      'overlay[0].agnet  unknown key "agnet", did you mean "agent"?\noverlay[0].scripts[0].after  no script "tow" in this file, did you mean "two"?',
    )
    t.equal(await say('hello'), 'one')
  })
})
