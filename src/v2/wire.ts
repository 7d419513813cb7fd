import type { Wire } from '../http/wire.ts'
import { notFoundBody, plainError, problemBody } from './errors.ts'
import { teller } from './frames.ts'
import { runJson, taskJson } from './present.ts'
import { askAgain } from './read-ask.ts'

/** `/v2/agents/{key}/responses`: a task that is continued, turn by turn. */
export const v2: Wire = {
  api: 'v2',
  owns: path => /^\/v2\/(?!router\/)/.test(path),
  askAgain,
  turnBody: ({ run, mode }) => runJson(run!, mode!),
  taskBody: taskJson,
  namesOf: ({ taskId }) => ({ task_id: taskId }),
  absent: () => undefined,
  brokenReply: '{"_id":"resp_',
  teller,
  problemBody,
  notFoundBody,
  plainError,
}
