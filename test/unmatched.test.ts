import t from 'tap'
import { controlOf } from './control.ts'
import { start, user } from './kit.ts'
import { file, played, telling, when } from './telling.ts'

t.test('with `unmatched: echo`, what no script matches is said back', async t => {
  const { url, client } = await start(t, {
    unmatched: 'echo',
    fixtures: [file('shop', telling('refund', when('refund')))],
  })
  const control = controlOf(url, client.key)
  const text = 'Hello,  {{task.id}} 👩‍👩‍👧‍👦\n"you"'
  const said = [{ kind: 'text', text }]

  const sync = await client.say(text, {}, 'shop')
  t.equal(sync.status, 200)
  t.strictSame(sync.body.output[0].parts, said, 'in a sync reply')
  t.equal(played(await client.say('refund', {}, 'shop')), 'refund', 'a script that matches goes first')
  t.equal(played(await client.say('one\ntwo', { task_id: sync.body.task_id }, 'shop')), 'one\ntwo', 'on a task')
  t.equal(played(await client.say('hello', {}, 'bank')), 'hello', 'for any agent')

  const { events } = await client.stream({ message: user(text) }, 'shop')
  t.equal(
    events
      .map(event => (event.type === 'part.delta' && event.data.delta.kind === 'text' ? event.data.delta.text : ''))
      .join(''),
    text,
    'in a stream',
  )
  const background = await client.post({ message: user('one', 'two'), background: true }, 'shop')
  t.strictSame((await client.settled(background.body.task_id, 'shop')).body.output[0].parts, [
    { kind: 'text', text: 'one\ntwo' },
  ])
  t.match(await control.lastRequest(), { method: 'GET', unmatched: false })
  const unmatched = await control.requests('?unmatched=true')
  t.equal(unmatched.length, 5, 'the journal still calls it unmatched')
  t.equal(unmatched[0].near_misses[0].script, 'refund')
})
