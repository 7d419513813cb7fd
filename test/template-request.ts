import type { ScriptShape } from '../src/language/shape.ts'
import type { StepShape } from '../src/language/step-shape.ts'
import { user, type Reply } from './kit.ts'

/** What the placeholders of these tests find. */
export const request = {
  message: user('Tom & <b>"Jerry"</b>', 'second line'),
  variables: {
    order: 'A-17',
    count: 3,
    big: 1e21,
    yes: true,
    no: false,
    zero: 0,
    nothing: null,
    empty: '',
    list: ['one', { two: 2 }],
    deep: { er: { est: 'bottom' } },
    'with-dash': 'dash',
    'with space': 'space',
    html: '<script>alert("&")</script>',
    braces: '{{task.id}} {{variables.order}}',
    dollars: "$& $1 $$ $' $`",
    quotes: '"\\\n',
  },
  identity: { id: 'u_1', display_name: 'Ann', metadata: [{ team: 'a' }] },
}
export const now = '2026-01-01T00:00:00.000Z'

export const steps = (...steps: StepShape[]): ScriptShape[] => [{ name: 'script', steps }]
export const partsOf = ({ body }: Reply) => body.output[0].parts as Record<string, unknown>[]
export const textOf = (reply: Reply) => partsOf(reply)[0]?.['text']
