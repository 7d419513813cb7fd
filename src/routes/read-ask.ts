import type { IncomingHttpHeaders } from 'node:http'
import type { ResponseRequest } from '../contract/request.ts'
import type { AgentKey } from '../script/agent-key.ts'
import { readResult, textOf, type Answer, type Ask, type Mode } from '../script/ask.ts'
import type { Task } from '../task/task.ts'

/** What a request of this API asks, in the words that scripts are matched by. */
export function readAsk(
  agent: AgentKey,
  body: ResponseRequest,
  headers: IncomingHttpHeaders,
  task: Task | undefined,
): Ask {
  const { message } = body
  return {
    agent,
    role: message.role,
    text: textOf(message.parts),
    files: message.parts.flatMap(part => (part.kind === 'file' ? part.file : [])),
    answers: answersOf(message.parts, task),
    mode: modeOf(body),
    stream: body.stream ?? false,
    background: body.background ?? false,
    variables: body.variables,
    metadata: body.metadata,
    identity: body.identity ?? body.contact,
    thread: body.thread,
    memory: body.memory,
    conversation: body.conversation,
    headers,
    body,
  }
}

/** `stream` decides, never the Accept header: the vendor's SDKs send the same one for all modes. Of both, the stream wins. */
function modeOf({ stream, background }: ResponseRequest): Mode {
  if (stream) return 'stream'
  return background ? 'background' : 'sync'
}

function answersOf(parts: ResponseRequest['message']['parts'], task: Task | undefined): Answer[] {
  if (task?.state !== 'inactive') return []
  const names = new Map(task.turn.calls.map(call => [call.id, call.name]))
  return parts.flatMap(part =>
    part.kind === 'tool_result'
      ? { tool: names.get(part.tool_call_id) ?? '', callId: part.tool_call_id, result: readResult(part.result) }
      : [],
  )
}
