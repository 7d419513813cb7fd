import { Type, type Static } from '@sinclair/typebox'
import { Nullable } from '../kinds.ts'
import { Diagnostics } from '../errors.ts'

const RouterErrorDetails = Type.Object(
  {
    message: Type.String(),
    type: Type.String(),
    param: Nullable(Type.String({ description: 'The place in the request.' })),
    code: Nullable(Type.String()),
  },
  {
    title: 'RouterErrorDetails',
    description: 'All four keys, always: newer Python SDKs fail on an error that lacks one.',
  },
)

export const RouterError = Type.Object(
  { error: RouterErrorDetails, mock: Type.Optional(Diagnostics) },
  { title: 'RouterError', description: 'An error below the paths of the router.' },
)
export type RouterError = Static<typeof RouterError>
