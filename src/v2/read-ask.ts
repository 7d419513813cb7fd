import type { IncomingHttpHeaders } from 'node:http'
import type { ResponseRequest } from '../contract/request.ts'
import type { AgentKey } from '../language/agent-key.ts'
import { modeOf, readResult, textOf, type Answer, type Ask } from '../criteria/ask.ts'
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
    api: 'v2',
    agent,
    role: message.role,
    text: textOf(message.parts),
    files: filesOf(message.parts),
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

type Parts = ResponseRequest['message']['parts']

function filesOf(parts: Parts): Ask['files'] {
  const files: Ask['files'] = []
  for (const part of parts) if (part.kind === 'file') files.push(part.file)
  return files
}

function answersOf(parts: Parts, task: Task | undefined): Answer[] {
  const answers: Answer[] = []
  if (task?.state !== 'inactive') return answers
  for (const part of parts) {
    if (part.kind !== 'tool_result') continue
    const { tool_call_id: callId, result } = part
    const call = task.turn.calls.find(({ id }) => id === callId)
    answers.push({ tool: call?.name ?? '', callId, result: readResult(result) })
  }
  return answers
}
