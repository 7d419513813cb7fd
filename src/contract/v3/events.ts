import { Type, type Static, type TObject, type TProperties } from '@sinclair/typebox'
import { Tagged } from '../kinds.ts'
import { ContentPart, OutputItem, SummaryPart } from './items.ts'
import { RouterResponse } from './response.ts'

function event<const Name extends string, Data extends TProperties>(
  type: Name,
  title: string,
  description: string,
  data: Data,
) {
  return Type.Object({ type: Type.Literal(type), sequence_number: Type.Integer(), ...data }, { title, description })
}

const whole = { response: RouterResponse }
const item = { output_index: Type.Integer(), item: OutputItem }
const inItem = { item_id: Type.String(), output_index: Type.Integer() }
const inMessage = { ...inItem, content_index: Type.Integer() }
const inThought = { ...inItem, summary_index: Type.Integer() }
const logprobs = Type.Array(Type.Unknown(), { maxItems: 0 })

/** Everything a `data:` line of a stream may carry, besides the closing `[DONE]`. */
export const RouterEvent = Tagged(
  'type',
  [
    event(
      'response.created',
      'CreatedEvent',
      'The response is there; every stream of the router begins with it.',
      whole,
    ),
    event('response.in_progress', 'InProgressEvent', 'The run has begun.', whole),
    event('response.completed', 'CompletedEvent', 'The run ended well.', whole),
    event('response.incomplete', 'IncompleteEvent', 'The run was cut short.', whole),
    event('response.failed', 'FailedEvent', 'The run failed.', whole),
    event('response.output_item.added', 'ItemAddedEvent', 'The agent begins with something.', item),
    event('response.output_item.done', 'ItemDoneEvent', 'It is done.', item),
    event('response.content_part.added', 'PartAddedEvent', 'A text begins.', { ...inMessage, part: ContentPart }),
    event('response.content_part.done', 'PartDoneEvent', 'A text is part of its message.', {
      ...inMessage,
      part: ContentPart,
    }),
    event('response.output_text.delta', 'TextDeltaEvent', 'The next piece of a text.', {
      ...inMessage,
      delta: Type.String(),
      logprobs,
    }),
    event('response.output_text.done', 'TextDoneEvent', 'A text is whole.', {
      ...inMessage,
      text: Type.String(),
      logprobs,
    }),
    event('response.reasoning_summary_part.added', 'SummaryAddedEvent', 'A thought begins.', {
      ...inThought,
      part: SummaryPart,
    }),
    event('response.reasoning_summary_part.done', 'SummaryDoneEvent', 'A thought is part of its item.', {
      ...inThought,
      part: SummaryPart,
    }),
    event('response.reasoning_summary_text.delta', 'SummaryTextDeltaEvent', 'The next piece of a thought.', {
      ...inThought,
      delta: Type.String(),
    }),
    event('response.reasoning_summary_text.done', 'SummaryTextDoneEvent', 'A thought is whole.', {
      ...inThought,
      text: Type.String(),
    }),
    event('response.function_call_arguments.delta', 'ArgumentsDeltaEvent', 'The next piece of the arguments.', {
      ...inItem,
      delta: Type.String(),
    }),
    event('response.function_call_arguments.done', 'ArgumentsDoneEvent', 'The arguments are whole.', {
      ...inItem,
      arguments: Type.String(),
    }),
  ] satisfies TObject[],
  { title: 'RouterEvent', description: 'One event of a stream, told apart by its type.' },
)
export type RouterEvent = Static<typeof RouterEvent>
