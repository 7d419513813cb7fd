/** Where the agents live: the mock in tests, orq.ai elsewhere. */
export interface Orq {
  url: string
  key: string
}

export interface Account {
  iban: string
  country: string
}

interface Reply {
  task_id: string
  output: { parts: { kind: string; text?: string }[] }[]
  pending_tool_calls?: { id: string }[]
}

/** Asks the agent for a refund, tells it the account when it wants to know, and answers its last words. */
export async function refund(orq: Orq, order: string, account: Account): Promise<string> {
  const asked = await post(orq, {
    message: { role: 'user', parts: [{ kind: 'text', text: `Please refund my order ${order}.` }] },
  })
  const [call] = asked.pending_tool_calls ?? []
  if (!call) return textOf(asked)
  const answered = await post(orq, {
    task_id: asked.task_id,
    message: { role: 'tool', parts: [{ kind: 'tool_result', tool_call_id: call.id, result: account }] },
  })
  return textOf(answered)
}

async function post({ url, key }: Orq, body: object): Promise<Reply> {
  const response = await fetch(`${url}/v2/agents/refunds/responses`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const reply = (await response.json()) as Reply & { message: string }
  if (!response.ok) throw new Error(`${response.status}: ${reply.message}`)
  return reply
}

const textOf = ({ output }: Reply) => output.flatMap(({ parts }) => parts.map(({ text }) => text ?? '')).join('')
