import { Type } from '@sinclair/typebox'

const InputTokensDetails = Type.Object(
  { cached_tokens: Type.Integer(), cache_write_tokens: Type.Integer(), cache_creation_tokens: Type.Integer() },
  { title: 'InputTokensDetails', description: 'Of the tokens that went in, those that a cache was for.' },
)
const OutputTokensDetails = Type.Object(
  { reasoning_tokens: Type.Integer() },
  { title: 'OutputTokensDetails', description: 'Of the tokens that came out, those of thoughts.' },
)

/** All of it is required: a reply in OpenAI's own shape fails in the vendor's SDKs at this place first. */
export const ResponseUsage = Type.Object(
  {
    input_tokens: Type.Integer(),
    output_tokens: Type.Integer(),
    total_tokens: Type.Integer(),
    input_tokens_details: InputTokensDetails,
    output_tokens_details: OutputTokensDetails,
  },
  { title: 'ResponseUsage', description: 'Tokens that the response took.' },
)
