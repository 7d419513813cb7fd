import type { Wire } from '../http/wire.ts'
import { absent } from './absent.ts'
import { plainError, problemBody } from './errors.ts'
import { teller } from './frames.ts'
import { askAgain } from './read-ask.ts'
import { runJson, taskJson } from './present.ts'

/** `/v3/router/responses`: responses that name what they continue, each a task of its own. */
export const v3: Wire = {
  api: 'v3',
  owns: path => /^\/(?:v3|v2\/router)(?:\/|$)/.test(path),
  askAgain,
  turnBody: ({ run, mode }) => runJson(run!, mode!),
  taskBody: taskJson,
  namesOf: ({ taskId, head }) => ({ response_id: head.ids.response, task_id: taskId }),
  absent,
  brokenReply: '{"id":"resp_',
  teller,
  problemBody,
  notFoundBody: problemBody,
  plainError,
}
