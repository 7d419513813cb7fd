import type { IncomingHttpHeaders } from 'node:http'
import type { RouterRequest } from '../contract/v3/request.ts'
import { modeOf, readResult, type Answer, type Ask } from '../criteria/ask.ts'
import { parseAgentKey, type AgentKey } from '../language/agent-key.ts'
import type { Entry } from '../workspace/journal.ts'
import { headersAgain } from '../workspace/kept-headers.ts'
import { readInput, type Input } from './input.ts'

/** What a request of this API asks, in the words that scripts are matched by. */
export function readAsk(
  agent: AgentKey,
  body: RouterRequest,
  headers: IncomingHttpHeaders,
  { role, text, files }: Input,
  answers: Answer[],
): Ask {
  return {
    api: 'v3',
    agent,
    role,
    text,
    files,
    answers,
    mode: modeOf(body),
    stream: body.stream ?? false,
    background: body.background ?? false,
    variables: body.variables,
    metadata: body.metadata,
    identity: body.identity,
    thread: body.thread,
    memory: body.memory,
    conversation: conversationOf(body),
    headers,
    body,
  }
}

/** The same once more, of a request that is past. */
export function askAgain({ agent, body, headers, tools = [] }: Entry): Ask {
  const asked = JSON.parse(body!) as RouterRequest
  const input = readInput(asked.input)
  const results = [...input.earlier, ...input.results].slice(-tools.length || Infinity)
  const answers = results.map(({ callId, output }, index) => ({
    tool: tools[index]!,
    callId,
    result: readResult(output),
  }))
  return { ...readAsk(parseAgentKey(agent!), asked, {}, input, answers), ...headersAgain(headers) }
}

/** By both names, so that one fixture plays on both APIs: version 2 says `_id`. */
function conversationOf({ conversation }: RouterRequest): Ask['conversation'] {
  if (conversation === undefined) return undefined
  const named = typeof conversation === 'string' ? { id: conversation } : conversation
  return { _id: named.id, ...named }
}
