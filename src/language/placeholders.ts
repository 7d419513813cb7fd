/** What a placeholder may begin with. A closed list: another name is a misspelt one. */
export const roots = [
  'message',
  'variables',
  'metadata',
  'identity',
  'thread',
  'memory',
  'conversation',
  'headers',
  'tool_results',
  'agent',
  'task',
  'response',
  'now',
  'uuid',
] as const
export type Root = (typeof roots)[number]
