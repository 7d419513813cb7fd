import type { IncomingHttpHeaders } from 'node:http'
import type { ResponseRequest } from '../contract/request.ts'
import { parseAgentKey, type AgentKey } from '../language/agent-key.ts'
import type { Entry } from '../workspace/journal.ts'
import { headersAgain } from '../workspace/kept-headers.ts'
import { modeOf, readResult, textOf, type Answer, type Ask } from '../criteria/ask.ts'
import type { Task } from '../task/task.ts'

/** What a request of this API asks, in the words that scripts are matched by. `tools`: whose results it brings. */
export function readAsk(
  agent: AgentKey,
  body: ResponseRequest,
  headers: IncomingHttpHeaders,
  tools: readonly string[],
): Ask {
  const { message } = body
  return {
    api: 'v2',
    agent,
    role: message.role,
    text: textOf(message.parts),
    files: filesOf(message.parts),
    answers: answersOf(message.parts, tools),
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

const none: readonly string[] = []

/** The tools whose calls the results of a message answer, in their order; none for a task that waits for none. */
export function toolsAnswered({ message }: ResponseRequest, task: Task | undefined): readonly string[] {
  if (task?.state !== 'inactive') return none
  const { calls } = task.turn
  return message.parts.flatMap(part =>
    part.kind === 'tool_result' ? (calls.find(({ id }) => id === part.tool_call_id)?.name ?? '') : [],
  )
}

function answersOf(parts: Parts, tools: readonly string[]): Answer[] {
  const answers: Answer[] = []
  if (tools.length === 0) return answers
  for (const part of parts) {
    if (part.kind !== 'tool_result') continue
    const { tool_call_id: callId, result } = part
    answers.push({ tool: tools[answers.length]!, callId, result: readResult(result) })
  }
  return answers
}

/** The same once more, of a request that is past. */
export function askAgain({ agent, body, headers, tools }: Entry): Ask {
  const asked = readAsk(parseAgentKey(agent!), JSON.parse(body!) as ResponseRequest, {}, tools ?? none)
  return { ...asked, ...headersAgain(headers) }
}
