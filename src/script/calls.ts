import type { Script, Step } from './script.ts'

/** The names of the client's tools that a script calls. */
export const toolsCalled = ({ attempts }: Script): string[] =>
  attempts.flatMap(attempt => (attempt.kind === 'play' ? callsIn(attempt.steps) : []))

function callsIn(steps: readonly Step[]): string[] {
  return steps.flatMap(step => {
    if (step.do === 'call') return step.name
    return step.do === 'review' ? [...callsIn(step.approved), ...callsIn(step.rejected)] : []
  })
}
